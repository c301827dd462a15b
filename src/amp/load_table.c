/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The tables of headphones and amplifiers. Both are read by one description of their columns.
 */
#include "load_table.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

#define COLUMNS_MAX  16
#define NAMES_LISTED 4

/* A row of either table; each begins with its name. */
union row {
	char name[LOAD_NAME_BYTES];
	struct load_headphone headphone;
	struct load_amplifier amplifier;
};

/* A column of numbers. */
struct column {
	const char *name;
	size_t offset; /* of its double in the row */
	double minimum, maximum;
	bool needed;
};

/* A line, parted. */
struct fields {
	struct load_text field[COLUMNS_MAX];
	int count;
};

struct kind {
	const char *what; /* "headphone" */
	int name_fields;  /* the first columns, which make its name */
	int first_number; /* the column in which numbers begin */
	const struct column *numbers;
	int number_count;
	/* Takes the columns that are no numbers, and checks what columns have with each other. */
	int (*finish)(const struct fields *fields, union row *row, struct refusal *ret_refusal);
};

/* clang-format off */
static const struct column headphone_numbers[] = {
	{"nominal_ohm", offsetof(struct load_headphone, nominal_ohm), 1, 10000, true},
	{"published_db_per_v", offsetof(struct load_headphone, published_db), 60, 150, false},
	{"measured_db_per_v", offsetof(struct load_headphone, measured_db), 60, 150, false},
	{"measured_ohm", offsetof(struct load_headphone, measured_ohm), 1, 10000, false},
	{"min_ohm", offsetof(struct load_headphone, min_ohm), 1, 10000, false},
	{"peak_ohm", offsetof(struct load_headphone, peak_ohm), 1, 10000, false},
	{"peak_hz", offsetof(struct load_headphone, peak_hz), 5, 20000, false},
	{"rise_ohm", offsetof(struct load_headphone, rise_ohm), 1, 10000, false},
	{"rise_hz", offsetof(struct load_headphone, rise_hz), 1000, 100000, false},
	{"max_mw", offsetof(struct load_headphone, max_milliwatts), 1, 100000, false},
};

static const struct column amplifier_numbers[] = {
	{"full_scale_v", offsetof(struct load_amplifier, full_scale_volts), 0.001, 100, true},
	{"open_v", offsetof(struct load_amplifier, open_volts), 0.001, 100, false},
	{"droop_ohm", offsetof(struct load_amplifier, droop_ohm), 0, 10000, false},
	{"max_a", offsetof(struct load_amplifier, max_amperes), 0.001, 100, false},
	{"output_ohm", offsetof(struct load_amplifier, output_ohm), 0.001, 10000, false},
	{"noise_uv", offsetof(struct load_amplifier, noise_microvolts), 0.001, 100000, false},
	{"crosstalk_db", offsetof(struct load_amplifier, crosstalk_db), -200, -1, false},
};
/* clang-format on */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_of_a_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* What counts of a name. `text` holds LOAD_NAME_BYTES bytes. */
static void normalise(const char *name, char *text)
{
	size_t length = 0;

	for (; *name && length < LOAD_NAME_BYTES - 1; name++) {
		if (is_of_a_name(lower(*name))) {
			text[length++] = lower(*name);
		}
	}
	text[length] = '\0';
}

/* Copies a field. 0, or -EINVAL when it is no text, or too long. */
static int copy_field(struct load_text field, char *text, size_t size)
{
	if (field.size >= size || memchr(field.bytes, '\0', field.size)) {
		return -EINVAL;
	}
	memcpy(text, field.bytes, field.size);
	text[field.size] = '\0';
	return text_length(text) < 0 ? -EINVAL : 0;
}

static bool is_field(struct load_text field, const char *word)
{
	return field.size == strlen(word) && memcmp(field.bytes, word, field.size) == 0;
}

static int finish_headphone(const struct fields *fields, union row *row,
			    struct refusal *ret_refusal)
{
	struct load_headphone *headphone = &row->headphone;

	headphone->brand_bytes = fields->field[0].size + 1;
	if (copy_field(fields->field[2], headphone->type, sizeof(headphone->type)) < 0) {
		return refuse(ret_refusal, "type: use one word, as dynamic, planar or iem");
	}
	if (headphone->published_db == 0 && headphone->measured_db == 0) {
		return refuse(ret_refusal, "without a sensitivity: fill published_db_per_v or "
					   "measured_db_per_v");
	}
	if (headphone->peak_ohm > 0 && headphone->peak_ohm < headphone->min_ohm) {
		return refuse(ret_refusal, "peak_ohm is below min_ohm");
	}
	return 0;
}

static int add_connector(struct load_text word, struct load_amplifier *amplifier,
			 struct refusal *ret_refusal)
{
	static const char *const names[LOAD_CONNECTORS] = {"trs", "xlr4"};

	for (int i = 0; i < LOAD_CONNECTORS; i++) {
		if (is_field(word, names[i])) {
			amplifier->connectors |= 1u << i;
			return 0;
		}
	}
	return refuse(ret_refusal, "connectors: use trs, xlr4 or trs,xlr4");
}

static int finish_amplifier(const struct fields *fields, union row *row,
			    struct refusal *ret_refusal)
{
	struct load_text left = {"trs", 3};
	int error = 0;

	if (fields->count > 8 && fields->field[8].size > 0) {
		left = fields->field[8];
	}
	while (error == 0 && left.size > 0) {
		const char *comma = memchr(left.bytes, ',', left.size);
		size_t size = comma ? (size_t)(comma - left.bytes) : left.size;

		error = add_connector((struct load_text){left.bytes, size}, &row->amplifier,
				      ret_refusal);
		left.bytes += comma ? size + 1 : size;
		left.size -= comma ? size + 1 : size;
	}
	return error;
}

static const struct kind headphones = {
	"headphone", 2, 3, headphone_numbers, 10, finish_headphone,
};
static const struct kind amplifiers = {
	"amplifier", 1, 1, amplifier_numbers, 7, finish_amplifier,
};

/* The next line that is neither empty nor a comment. False at the end. */
static bool next_line(struct load_text text, size_t *at, struct load_text *ret_line)
{
	while (*at < text.size) {
		const char *start = text.bytes + *at;
		const char *end = memchr(start, '\n', text.size - *at);
		size_t size = end ? (size_t)(end - start) : text.size - *at;

		*at += size + 1;
		if (size > 0 && start[size - 1] == '\r') {
			size--;
		}
		if (size > 0 && start[0] != '#') {
			*ret_line = (struct load_text){start, size};
			return true;
		}
	}
	return false;
}

/* Parts a line at its tabs. -E2BIG with more fields than there can be. */
static int part(struct load_text line, struct fields *ret_fields)
{
	ret_fields->count = 0;
	for (;;) {
		const char *tab = memchr(line.bytes, '\t', line.size);
		size_t size = tab ? (size_t)(tab - line.bytes) : line.size;

		if (ret_fields->count == COLUMNS_MAX) {
			return -E2BIG;
		}
		ret_fields->field[ret_fields->count++] = (struct load_text){line.bytes, size};
		if (!tab) {
			return 0;
		}
		line.bytes += size + 1;
		line.size -= size + 1;
	}
}

/* "Brand Model" from the columns that make a name. */
static int take_name(const struct kind *kind, const struct fields *fields, char *name)
{
	size_t length = 0;

	for (int i = 0; i < kind->name_fields; i++) {
		if (i > 0) {
			name[length++] = ' ';
		}
		if (fields->field[i].size == 0 || length + 2 > LOAD_NAME_BYTES ||
		    copy_field(fields->field[i], name + length, LOAD_NAME_BYTES - length - 1) < 0) {
			return -EINVAL;
		}
		length += fields->field[i].size;
	}
	return 0;
}

static int take_number(const struct column *column, struct load_text field, union row *row,
		       struct refusal *ret_refusal)
{
	char text[24] = "";
	double number = 0;

	if (field.size == 0) {
		return column->needed ? refuse(ret_refusal, "%s is missing", column->name) : 0;
	}
	if (copy_field(field, text, sizeof(text)) < 0 || text_to_double(text, &number) < 0) {
		return refuse(ret_refusal, "%s: not a number: use %g to %g", column->name,
			      column->minimum, column->maximum);
	}
	if (number < column->minimum || number > column->maximum) {
		return refuse(ret_refusal, "%s: %s is out of range: use %g to %g", column->name,
			      text, column->minimum, column->maximum);
	}
	memcpy((char *)row + column->offset, &number, sizeof(number));
	return 0;
}

static int read_row(const struct kind *kind, struct load_text line, union row *ret_row,
		    struct refusal *ret_refusal)
{
	struct fields fields = {.count = 0};
	int most = kind->first_number + kind->number_count + (kind == &amplifiers);
	int error;

	memset(ret_row, 0, sizeof(*ret_row));
	if (part(line, &fields) < 0 || fields.count > most) {
		return refuse(ret_refusal, "has more than the %d columns that there are", most);
	}
	if (fields.count <= kind->first_number) {
		return refuse(ret_refusal, "has %d columns: part at least %d by tabs", fields.count,
			      kind->first_number + 1);
	}
	if (take_name(kind, &fields, ret_row->name) < 0) {
		return refuse(ret_refusal, "the name is empty, longer than %d bytes, or not UTF-8",
			      LOAD_NAME_BYTES - 2);
	}
	for (int i = 0; i < kind->number_count; i++) {
		int column = kind->first_number + i;
		struct load_text none = {"", 0};

		error = take_number(&kind->numbers[i],
				    column < fields.count ? fields.field[column] : none, ret_row,
				    ret_refusal);
		if (error < 0) {
			return error;
		}
	}
	return kind->finish(&fields, ret_row, ret_refusal);
}

static int check(const struct kind *kind, struct load_text text, struct refusal *ret_refusal)
{
	struct load_text line;
	size_t at = 0;

	while (next_line(text, &at, &line)) {
		struct refusal why = {""};
		union row row;
		int number = 1;

		if (read_row(kind, line, &row, &why) == 0) {
			continue;
		}
		for (const char *c = text.bytes; c < line.bytes; c++) {
			number += *c == '\n';
		}
		return refuse(ret_refusal, "line %d: %s", number, why.text);
	}
	return 0;
}

int load_check_headphones(struct load_text text, struct refusal *ret_refusal)
{
	return check(&headphones, text, ret_refusal);
}

int load_check_amplifiers(struct load_text text, struct refusal *ret_refusal)
{
	return check(&amplifiers, text, ret_refusal);
}

/* Whether a table has a row of that name; only names are looked at. */
static bool has_name(const struct kind *kind, struct load_text text, const char *name)
{
	struct load_text line;
	size_t at = 0;

	while (next_line(text, &at, &line)) {
		struct fields fields = {.count = 0};
		char other[LOAD_NAME_BYTES];

		if (part(line, &fields) == 0 && fields.count > kind->name_fields &&
		    take_name(kind, &fields, other) == 0 && strcmp(other, name) == 0) {
			return true;
		}
	}
	return false;
}

static bool next_row(const struct kind *kind, const struct load_tables *tables,
		     struct load_cursor *cursor, union row *ret_row)
{
	bool of_headphones = kind == &headphones;
	const struct load_text none = {"", 0};
	const struct load_text text[2] = {
		!tables         ? none
		: of_headphones ? tables->headphones
				: tables->amplifiers,
		of_headphones ? load_builtin_headphones : load_builtin_amplifiers,
	};
	struct load_text line;

	for (; cursor->table < 2; cursor->table++, cursor->at = 0) {
		while (next_line(text[cursor->table], &cursor->at, &line)) {
			if (read_row(kind, line, ret_row, NULL) == 0 &&
			    (cursor->table == 0 || !has_name(kind, text[0], ret_row->name))) {
				return true;
			}
		}
	}
	return false;
}

bool load_next_headphone(const struct load_tables *tables, struct load_cursor *cursor,
			 struct load_headphone *ret_headphone)
{
	union row row;
	bool found = next_row(&headphones, tables, cursor, &row);

	if (found) {
		*ret_headphone = row.headphone;
	}
	return found;
}

bool load_next_amplifier(const struct load_tables *tables, struct load_cursor *cursor,
			 struct load_amplifier *ret_amplifier)
{
	union row row;
	bool found = next_row(&amplifiers, tables, cursor, &row);

	if (found) {
		*ret_amplifier = row.amplifier;
	}
	return found;
}

/* How well a name answers to what was asked for: 0 best. */
enum fit {
	FIT_WHOLE,
	FIT_MODEL, /* all but the brand */
	FIT_PART,
	FIT_WORDS, /* it has the words, in their order */
	FIT_NONE,
};

/* What was asked for, and the rows that answer to it. */
struct search {
	const char *words; /* as it was asked for */
	char wanted[LOAD_NAME_BYTES];
	enum fit fit;
	int count; /* of that fit */
	char names[NAMES_LISTED][LOAD_NAME_BYTES];
	unsigned int distance; /* of the nearest, while the fit is none */
};

static bool is_parting(char c)
{
	return c == ' ' || c == '-' || c == ',';
}

/* Whether each word stands in the name, behind those before it. */
static bool has_words(const char *name, const char *words)
{
	while (*words && name) {
		char word[LOAD_NAME_BYTES], wanted[LOAD_NAME_BYTES];
		size_t length = 0;

		while (is_parting(*words)) {
			words++;
		}
		while (*words && !is_parting(*words) && length < sizeof(word) - 1) {
			word[length++] = *words++;
		}
		word[length] = '\0';
		normalise(word, wanted);
		name = strstr(name, wanted);
		name = name ? name + strlen(wanted) : NULL;
	}
	return name != NULL;
}

static enum fit fit_of(const struct search *search, const char *whole, const char *model)
{
	return strcmp(search->wanted, whole) == 0   ? FIT_WHOLE
	       : strcmp(search->wanted, model) == 0 ? FIT_MODEL
	       : strstr(whole, search->wanted)      ? FIT_PART
	       : has_words(whole, search->words)    ? FIT_WORDS
						    : FIT_NONE;
}

/* Notes a row; true when it is better than all before it. */
static bool consider(struct search *search, const char *name, size_t brand_bytes)
{
	char whole[LOAD_NAME_BYTES], model[LOAD_NAME_BYTES];
	unsigned int distance = 0, model_distance;
	enum fit fit;
	bool better;

	normalise(name, whole);
	normalise(name + brand_bytes, model);
	fit = fit_of(search, whole, model);
	if (fit == FIT_NONE) {
		distance = text_distance(search->wanted, whole);
		model_distance = text_distance(search->wanted, model);
		distance = distance < model_distance ? distance : model_distance;
	}
	better = fit < search->fit || (fit == search->fit && distance < search->distance);
	if (better) {
		search->fit = fit;
		search->distance = distance;
		search->count = 0;
	}
	if (fit == search->fit && distance == search->distance) {
		if (search->count < NAMES_LISTED) {
			memcpy(search->names[search->count], name, LOAD_NAME_BYTES);
		}
		search->count++;
	}
	return better;
}

static int refuse_search(const struct kind *kind, const struct search *search, const char *asked,
			 struct refusal *ret_refusal)
{
	bool is_headphone = kind == &headphones;
	bool near = search->fit < FIT_NONE || search->distance <= 1 + strlen(search->wanted) / 3;
	char list[NAMES_LISTED * LOAD_NAME_BYTES + 32] = "";
	enum saying_id saying;
	size_t length = 0;
	char name[48];

	snprintf(name, sizeof(name), "%.40s", asked);
	if (!near || search->count == 0 || search->wanted[0] == '\0') {
		saying = is_headphone ? SAYING_HEADPHONE_UNKNOWN : SAYING_AMPLIFIER_UNKNOWN;
		refuse_saying(ret_refusal, saying, name, NULL);
		return -ENOENT;
	}
	for (int i = 0; i < search->count && i < NAMES_LISTED; i++) {
		length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s",
					   i > 0 ? ", " : "", search->names[i]);
	}
	if (search->count > NAMES_LISTED) {
		snprintf(list + length, sizeof(list) - length, " or one of %d more",
			 search->count - NAMES_LISTED);
	}
	if (search->fit < FIT_NONE) {
		saying = is_headphone ? SAYING_HEADPHONE_UNCLEAR : SAYING_AMPLIFIER_UNCLEAR;
	} else {
		saying = is_headphone ? SAYING_HEADPHONE_NEAR : SAYING_AMPLIFIER_NEAR;
	}
	refuse_saying(ret_refusal, saying, name, list, NULL);
	return -ENOENT;
}

/* Its maker's name: a headphone's has a column of its own, an amplifier's is the first word. */
static size_t brand_bytes(const struct kind *kind, const union row *row)
{
	const char *blank = strchr(row->name, ' ');

	if (kind == &headphones) {
		return row->headphone.brand_bytes;
	}
	return blank ? (size_t)(blank - row->name) + 1 : 0;
}

static int find(const struct kind *kind, const struct load_tables *tables, const char *name,
		union row *ret_row, struct refusal *ret_refusal)
{
	struct search search = {.words = name, .fit = FIT_NONE, .distance = UINT32_MAX};
	struct load_cursor cursor = {0};
	union row row;

	normalise(name, search.wanted);
	while (next_row(kind, tables, &cursor, &row)) {
		if (consider(&search, row.name, brand_bytes(kind, &row))) {
			*ret_row = row;
		}
	}
	if (search.fit == FIT_NONE || search.count != 1 || search.wanted[0] == '\0') {
		return refuse_search(kind, &search, name, ret_refusal);
	}
	return 0;
}

int load_find_headphone(const struct load_tables *tables, const char *name,
			struct load_headphone *ret_headphone, struct refusal *ret_refusal)
{
	union row row;
	int error = find(&headphones, tables, name, &row, ret_refusal);

	if (error == 0) {
		*ret_headphone = row.headphone;
	}
	return error;
}

int load_find_amplifier(const struct load_tables *tables, const char *name,
			struct load_amplifier *ret_amplifier, struct refusal *ret_refusal)
{
	union row row;
	int error = find(&amplifiers, tables, name, &row, ret_refusal);

	if (error == 0) {
		*ret_amplifier = row.amplifier;
	}
	return error;
}
