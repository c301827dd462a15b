/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * All kept settings as one JSON document.
 */
#include "transfer.h"

#include <errno.h>
#include <stdio.h>

#include "words.h"

/* The lock belongs to this amplifier and its PIN: it is not carried to another, nor opened so. */
static bool is_carried(struct control_ref ref)
{
	return (controls[ref.id].flags & CONTROL_KEPT) && ref.id != CONTROL_DISPLAY_LOCKED;
}

json_t *transfer_export(const struct amp *amp)
{
	struct selection kept = {{0}};
	struct control_ref ref = {0, -1};
	json_t *settings;

	while (controls_next(&ref)) {
		if (is_carried(ref)) {
			selection_put(&kept, ref);
		}
	}
	settings = words_values(amp, &kept);
	return settings ? json_pack("{s:{s:i, s:s}, s:o}", "wiregain", "format", TRANSFER_FORMAT,
				    "version", WIREGAIN_VERSION, "settings", settings)
			: NULL;
}

static int check_document(const json_t *document, struct refusal *ret_refusal)
{
	const json_t *about = json_object_get(document, "wiregain");
	const json_t *format = json_object_get(about, "format");

	if (!json_is_integer(format) || !json_is_object(json_object_get(document, "settings"))) {
		return refuse(ret_refusal, "not a file of `wiregain export`");
	}
	if (json_integer_value(format) != TRANSFER_FORMAT) {
		return refuse(ret_refusal,
			      "made by another version of wiregain (format %lld, this one knows "
			      "%d): update wiregain",
			      (long long)json_integer_value(format), TRANSFER_FORMAT);
	}
	return 0;
}

static int take_setting(struct amp *amp, const char *path, const json_t *json,
			struct refusal *ret_refusal)
{
	struct control_ref ref;
	struct value value;
	char text[TEXT_BYTES];
	int error;

	if ((error = control_find(path, &ref, ret_refusal)) < 0 ||
	    (error = words_to_text(ref, json, text, ret_refusal)) < 0 ||
	    (error = control_parse(ref, text, &value, ret_refusal)) < 0) {
		return error;
	}
	if (ref.id == CONTROL_DISPLAY_LOCKED) {
		return 0;
	}
	return amp_restore(amp, ref, &value, ret_refusal);
}

/* As a power-up does it, except that power itself is as the document has it, or as it was. */
static void start(struct amp *amp)
{
	const struct control_ref power = {CONTROL_POWER, 0};
	const struct value as_imported = *amp_value(amp, power);

	amp_start(amp);
	amp_restore(amp, power, &as_imported, NULL);
}

static json_t *what_was_lowered(const struct amp *amp, const int imported[2])
{
	static const enum control_id levels[2] = {CONTROL_HEADPHONE_LEVEL, CONTROL_LINE_LEVEL};
	struct selection lowered = {{0}};

	for (int i = 0; i < 2; i++) {
		if (amp_int(amp, levels[i]) < imported[i]) {
			selection_put(&lowered, (struct control_ref){levels[i], 0});
		}
	}
	return words_values(amp, &lowered);
}

int transfer_import(const json_t *document, struct amp *amp, json_t **ret_lowered, char *path,
		    struct refusal *ret_refusal)
{
	/* jansson iterates over what it takes for writable. */
	json_t *settings = json_object_get(document, "settings");
	const char *name;
	json_t *value;
	int imported[2];
	int error;

	path[0] = '\0';
	error = check_document(document, ret_refusal);
	if (error < 0) {
		return error;
	}
	json_object_foreach(settings, name, value)
	{
		error = take_setting(amp, name, value, ret_refusal);
		if (error < 0) {
			snprintf(path, PATH_BYTES, "%s", name);
			return error;
		}
	}
	imported[0] = amp_int(amp, CONTROL_HEADPHONE_LEVEL);
	imported[1] = amp_int(amp, CONTROL_LINE_LEVEL);
	start(amp);
	*ret_lowered = what_was_lowered(amp, imported);
	return *ret_lowered ? 0 : -ENOMEM;
}
