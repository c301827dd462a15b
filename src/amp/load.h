/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The load: what an amplifier and a headphone give together, in volts, amperes, watts and dB SPL.
 * Pure functions; any thread.
 *
 * Volts, amperes and watts are rms, dB SPL are those of the rms value, all of a sine at one ear.
 * An amplifier is a source of `full_scale_volts` at 0 dBFS behind `output_ohm`; it clips where
 * `open_volts` behind `droop_ohm`, or `max_amperes`, gives no more. SPL = sensitivity + 20
 * log10(V).
 *
 * For the guard: amp->load is the load of the present settings. load_ceilings() gives, in parts of
 * digital full scale at the output (after every gain), the amplitude beyond which the amplifier
 * clips, its current ends, the headphone's power is exceeded, or protect.spl_limit is passed.
 */
#ifndef WIREGAIN_LOAD_H
#define WIREGAIN_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#define LOAD_NAME_BYTES               64

/* The pressure that 110 dB SPL stands for is where headphones should have headroom to. */
#define LOAD_PEAK_SPL_DB              110.0

/* How far off a sensitivity may be (k = 2). Of 48 data sheets 28 were 3 dB and more beside what a
 * laboratory found, with a standard deviation of 4 dB; between laboratories, couplers and fits 3 dB
 * are taken. */
#define LOAD_UNCERTAINTY_PUBLISHED_DB 8.0
#define LOAD_UNCERTAINTY_MEASURED_DB  3.0

enum load_connector {
	LOAD_TRS,  /* a plug with one return for both ears */
	LOAD_XLR4, /* a return for each ear */
	LOAD_CONNECTORS,
};

/* Which figure of a headphone. */
enum load_source {
	LOAD_NOTHING,
	LOAD_PUBLISHED, /* by its maker */
	LOAD_MEASURED,  /* by an independent laboratory */
	LOAD_OWN,       /* by the user: load.impedance, load.sensitivity */
};

/* A row of data/headphones.tsv. 0: not known. */
struct load_headphone {
	char name[LOAD_NAME_BYTES]; /* "Sennheiser HD 650" */
	size_t brand_bytes;         /* of it, with the space after them */
	char type[12];
	double nominal_ohm, published_db; /* dB SPL at 1 V */
	double measured_ohm, measured_db;
	double min_ohm;
	double peak_ohm, peak_hz; /* the resonance */
	double rise_ohm, rise_hz; /* a point of the rise at the top */
	double max_milliwatts;
};

/* A row of data/amplifiers.tsv. 0: not known. */
struct load_amplifier {
	char name[LOAD_NAME_BYTES];
	double full_scale_volts; /* of a sine of 0 dBFS at level 0.0, unloaded */
	double open_volts, droop_ohm;
	double max_amperes;
	double output_ohm;
	double noise_microvolts;
	double crosstalk_db;     /* its own, at 1 kHz; below 0 */
	unsigned int connectors; /* bit N: enum load_connector N */
};

/* The user's own figures; 0: those of the tables. */
struct load_own {
	double ohm, sensitivity_db, full_scale_volts;
};

/* An amplifier and a headphone together. 0: not known. */
struct load {
	enum load_source source; /* of `sensitivity_db` */
	enum load_connector connector;
	double sensitivity_db;    /* dB SPL at 1 V */
	double uncertainty_db;    /* of every SPL that follows from it, k = 2 */
	double ohm;               /* at 1 kHz */
	double min_ohm;           /* the least at any frequency; `ohm` where that is not known */
	double peak_ohm, peak_hz; /* the resonance */
	double rise_ohm, rise_hz;
	double max_watts;
	double full_scale_volts, open_volts, droop_ohm, max_amperes, output_ohm;
	double noise_volts, crosstalk_db;
};

/* Either row may be NULL: what it would say is then not known. */
void load_make(const struct load_headphone *headphone, const struct load_amplifier *amplifier,
	       const struct load_own *own, enum load_connector connector, struct load *ret_load);

/* Whether SPL can be worked out: a sensitivity, and the volts of full scale. */
bool load_knows_spl(const struct load *load);

/* The most that the amplifier gives into `ohm`, in V rms; INFINITY where that is not known. */
double load_most_volts(const struct load *load, double ohm);

/* V rms of full scale at level 0.0 at the headphone if nothing clipped; 0: not known. */
double load_unclipped_volts(const struct load *load);

/* What a sine of a level in dBFS at the output gives. 0, or for dB: NAN, where it is not known. */
struct load_point {
	double volts, amperes, watts, spl_db;
	bool clipped; /* the amplifier gives no more than this */
};

void load_at(const struct load *load, double dbfs, struct load_point *ret_point);

/* The dB SPL of digital full scale at level 0.0 if nothing clipped; NAN where it is not known. */
double load_full_scale_spl(const struct load *load);

/* The voltage that gives a sound pressure level, V rms. */
double load_volts_for_spl(double sensitivity_db, double spl_db);

/*
 * Linear ceilings on |sample| at the output, in parts of digital full scale: 1 and more: not within
 * reach. INFINITY: not known, or off.
 */
struct load_ceilings {
	double volts, amperes, watts, spl;
	double lowest; /* of the four */
};

/*
 * `spl_limit_db`: protect.spl_limit, 0 when it is off. 0; or -ENODATA when there is a limit and SPL
 * is not known, all else being given as far as it is: whoever set the limit must be told that
 * nothing holds it. `spl` is for the best estimate: the ear may get `uncertainty_db` more.
 */
int load_ceilings(const struct load *load, double spl_limit_db, struct load_ceilings *ret_ceilings);

/* ohm / output_ohm; NAN where either is not known. */
double load_damping(const struct load *load);

/* |Z| of the fitted curve at a frequency: coil, its inductance, and the resonance. */
double load_impedance(const struct load *load, double hz);

/* The response that a source of `source_ohm` gives at a frequency against 1 kHz, in dB. */
double load_response_db(const struct load *load, double source_ohm, double hz);

/* Largest less smallest of that, 20 Hz to 20 kHz. NAN without an impedance. */
double load_response_error(const struct load *load, double source_ohm);

/* dB SPL of the amplifier's noise; NAN where it is not known. */
double load_noise_spl(const struct load *load);

/* Ohms on the way of the current of an ear; what both ears share is what makes them leak. */
struct load_wiring {
	double ground_ohm;      /* from the jack to the amplifier's star point, shared */
	double contact_ohm;     /* each contact of the plug */
	double common_wire_ohm; /* of a cable of three wires; 0: joined at the plug */
	double hot_wire_ohm;    /* to the ear */
	double return_wire_ohm; /* back from it, as far as it is its own */
};

/*
 * Petersen's: what one ear's current leaves over the shared return at the idle ear, against the
 * driven one, dB.
 */
double load_crosstalk(const struct load_wiring *wiring, double output_ohm, double ohm);

/*
 * The load's at 1 kHz, the amplifier's own included (as if they add in phase): through the plug
 * with one return, on a good jack and a cable of 2 m, or with one for each ear, where the
 * amplifier's own is all. NAN: not known.
 */
double load_crosstalk_total(const struct load *load, enum load_connector connector,
			    bool shared_wire);

#endif
