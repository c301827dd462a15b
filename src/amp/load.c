/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The load. A headphone's impedance is that of a coil with a lossy inductance, in series with its
 * resonance as a parallel circuit.
 */
#include "load.h"

#include <errno.h>
#include <math.h>

#include "maths.h"

#define RESONANCE_Q   2.0   /* of the impedance peak; how wide it is changes no error */
#define RESONANCE_HZ  100.0 /* where a peak is known, and not where it is */
#define RISE_HZ       20000.0
#define COIL_EXPONENT 0.7 /* of a coil in a magnet: less than an inductance's 1 */
#define CURVE_POINTS  240
#define REFERENCE_HZ  1000.0

static double first_known(double a, double b)
{
	return a > 0 ? a : b;
}

static void take_headphone(const struct load_headphone *headphone, struct load *load)
{
	bool measured = headphone->measured_db > 0;

	load->source = measured ? LOAD_MEASURED : LOAD_PUBLISHED;
	load->sensitivity_db = measured ? headphone->measured_db : headphone->published_db;
	load->uncertainty_db =
		measured ? LOAD_UNCERTAINTY_MEASURED_DB : LOAD_UNCERTAINTY_PUBLISHED_DB;
	load->ohm = first_known(headphone->measured_ohm, headphone->nominal_ohm);
	load->min_ohm = first_known(headphone->min_ohm, load->ohm);
	load->peak_ohm = headphone->peak_ohm;
	load->peak_hz = headphone->peak_hz;
	load->rise_ohm = headphone->rise_ohm;
	load->rise_hz = headphone->rise_hz;
	load->max_watts = headphone->max_milliwatts / 1000;
}

static void take_amplifier(const struct load_amplifier *amplifier, struct load *load)
{
	load->full_scale_volts = amplifier->full_scale_volts;
	load->open_volts = amplifier->open_volts;
	load->droop_ohm = amplifier->droop_ohm;
	load->max_amperes = amplifier->max_amperes;
	load->output_ohm = amplifier->output_ohm;
	load->noise_volts = amplifier->noise_microvolts * 1e-6;
	load->crosstalk_db = amplifier->crosstalk_db;
}

void load_make(const struct load_headphone *headphone, const struct load_amplifier *amplifier,
	       const struct load_own *own, enum load_connector connector, struct load *ret_load)
{
	struct load load = {.connector = connector};

	if (headphone) {
		take_headphone(headphone, &load);
	}
	if (amplifier) {
		take_amplifier(amplifier, &load);
	}
	if (own->ohm > 0) {
		/* Another impedance is another curve: what the table knows of it no longer holds.
		 */
		load.ohm = load.min_ohm = own->ohm;
		load.peak_ohm = load.rise_ohm = 0;
	}
	if (own->sensitivity_db > 0) {
		load.source = LOAD_OWN;
		load.sensitivity_db = own->sensitivity_db;
		load.uncertainty_db = LOAD_UNCERTAINTY_MEASURED_DB;
	}
	if (own->full_scale_volts > 0) {
		load.full_scale_volts = own->full_scale_volts;
	}
	*ret_load = load;
}

bool load_knows_spl(const struct load *load)
{
	return load->sensitivity_db > 0 && load->full_scale_volts > 0;
}

/* Where the voltage clips, whatever the current. */
static double clipping_volts(const struct load *load, double ohm)
{
	double open = load->open_volts > 0 ? load->open_volts : INFINITY;

	return ohm > 0 ? open * ohm / (ohm + load->droop_ohm) : open;
}

double load_most_volts(const struct load *load, double ohm)
{
	double most = clipping_volts(load, ohm);

	return load->max_amperes > 0 && ohm > 0 ? fmin(most, load->max_amperes * ohm) : most;
}

double load_unclipped_volts(const struct load *load)
{
	double divider = load->ohm > 0 ? load->ohm / (load->ohm + load->output_ohm) : 1;

	return load->full_scale_volts * divider;
}

void load_at(const struct load *load, double dbfs, struct load_point *ret_point)
{
	double volts = load_unclipped_volts(load) * maths_exp10(dbfs / 20);
	double most = load_most_volts(load, load->ohm);
	struct load_point point = {.clipped = volts > most, .spl_db = NAN};

	point.volts = fmin(volts, most);
	if (load->ohm > 0) {
		point.amperes = point.volts / load->ohm;
		point.watts = point.volts * point.amperes;
	}
	if (load_knows_spl(load)) {
		point.spl_db = load->sensitivity_db + 20 * maths_log10(point.volts);
	}
	*ret_point = point;
}

double load_full_scale_spl(const struct load *load)
{
	return load_knows_spl(load)
		       ? load->sensitivity_db + 20 * maths_log10(load_unclipped_volts(load))
		       : NAN;
}

double load_volts_for_spl(double sensitivity_db, double spl_db)
{
	return maths_exp10((spl_db - sensitivity_db) / 20);
}

int load_ceilings(const struct load *load, double spl_limit_db, struct load_ceilings *ret_ceilings)
{
	struct load_ceilings ceilings = {INFINITY, INFINITY, INFINITY, INFINITY, INFINITY};
	double unit = load_unclipped_volts(load);
	int error = 0;

	if (unit > 0) {
		ceilings.volts = clipping_volts(load, load->ohm) / unit;
	}
	if (unit > 0 && load->ohm > 0) {
		/* Its current is most where the impedance is least. */
		double most = load->full_scale_volts / (load->min_ohm + load->output_ohm);

		ceilings.amperes = first_known(load->max_amperes, INFINITY) / most;
		ceilings.watts = sqrt(first_known(load->max_watts, INFINITY) * load->ohm) / unit;
	}
	if (spl_limit_db > 0 && load_knows_spl(load)) {
		ceilings.spl = maths_exp10((spl_limit_db - load_full_scale_spl(load)) / 20);
	} else if (spl_limit_db > 0) {
		error = -ENODATA;
	}
	ceilings.lowest =
		fmin(fmin(ceilings.volts, ceilings.amperes), fmin(ceilings.watts, ceilings.spl));
	*ret_ceilings = ceilings;
	return error;
}

double load_damping(const struct load *load)
{
	return load->ohm > 0 && load->output_ohm > 0 ? load->ohm / load->output_ohm : NAN;
}

struct impedance {
	double real, imaginary;
};

/* The size of the coil's part at rise_hz, such that |Z| is rise_ohm there. */
static double rise_size(const struct load *load)
{
	double projection = load->min_ohm * maths_cos(COIL_EXPONENT * M_PI_2);
	double rest = load->rise_ohm * load->rise_ohm - load->min_ohm * load->min_ohm;

	return load->rise_ohm > load->min_ohm ? sqrt(projection * projection + rest) - projection
					      : 0;
}

static struct impedance curve(const struct load *load, double hz)
{
	struct impedance z = {load->min_ohm, 0};
	double size = rise_size(load) *
		      maths_pow(hz / first_known(load->rise_hz, RISE_HZ), COIL_EXPONENT);

	z.real += size * maths_cos(COIL_EXPONENT * M_PI_2);
	z.imaginary += size * maths_sin(COIL_EXPONENT * M_PI_2);
	if (load->peak_ohm > load->min_ohm) {
		double f = hz / first_known(load->peak_hz, RESONANCE_HZ);
		double detuned = RESONANCE_Q * (f - 1 / f);
		double top = (load->peak_ohm - load->min_ohm) / (1 + detuned * detuned);

		z.real += top;
		z.imaginary -= top * detuned;
	}
	return z;
}

double load_impedance(const struct load *load, double hz)
{
	struct impedance z = curve(load, hz);

	return hypot(z.real, z.imaginary);
}

static double divider_db(struct impedance z, double source_ohm)
{
	return 20 *
	       maths_log10(hypot(z.real, z.imaginary) / hypot(z.real + source_ohm, z.imaginary));
}

double load_response_db(const struct load *load, double source_ohm, double hz)
{
	return divider_db(curve(load, hz), source_ohm) -
	       divider_db(curve(load, REFERENCE_HZ), source_ohm);
}

double load_response_error(const struct load *load, double source_ohm)
{
	double least, most;

	if (!(load->min_ohm > 0)) {
		return NAN;
	}
	least = most = load_response_db(load, source_ohm, first_known(load->peak_hz, RESONANCE_HZ));
	for (int i = 0; i <= CURVE_POINTS; i++) {
		double db = load_response_db(load, source_ohm,
					     20 * maths_pow(1000, i / (double)CURVE_POINTS));

		least = fmin(least, db);
		most = fmax(most, db);
	}
	return most - least;
}

double load_noise_spl(const struct load *load)
{
	return load->sensitivity_db > 0 && load->noise_volts > 0
		       ? load->sensitivity_db + 20 * maths_log10(load->noise_volts)
		       : NAN;
}

/* A good jack and a cable of 2 m; with `shared_wire` one of three wires. */
static struct load_wiring usual_wiring(bool shared_wire)
{
	/* 2 m of 0.1 mm2 are 0.33 ohm; a jack has 1 to 20 mohm to the star point, a good contact 3
	 * to 20 of the 50 it may have. */
	return (struct load_wiring){
		.ground_ohm = 0.01,
		.contact_ohm = 0.02,
		.common_wire_ohm = shared_wire ? 0.33 : 0,
		.hot_wire_ohm = 0.33,
		.return_wire_ohm = shared_wire ? 0 : 0.33,
	};
}

double load_crosstalk(const struct load_wiring *wiring, double output_ohm, double ohm)
{
	double channel = output_ohm + wiring->contact_ohm + wiring->hot_wire_ohm + ohm +
			 wiring->return_wire_ohm;
	double shared = wiring->ground_ohm + wiring->contact_ohm + wiring->common_wire_ohm;
	double ground = 1 / (1 / shared + 1 / channel);

	return 20 * maths_log10(ground / (ground + channel) * ohm / channel);
}

double load_crosstalk_total(const struct load *load, enum load_connector connector,
			    bool shared_wire)
{
	struct load_wiring wiring = usual_wiring(shared_wire);
	double own = load->crosstalk_db < 0 ? maths_exp10(load->crosstalk_db / 20) : 0;
	double leak = 0;

	if (!(load->ohm > 0)) {
		return NAN;
	}
	if (connector == LOAD_TRS) {
		leak = maths_exp10(load_crosstalk(&wiring, load->output_ohm, load->ohm) / 20);
	}
	return own + leak > 0 ? 20 * maths_log10(own + leak) : NAN;
}
