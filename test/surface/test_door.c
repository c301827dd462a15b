/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Who may come in: names and origins, codes, tokens, the PIN, rates, and what may be a logo.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "door.h"
#include "logo-links.h"
#include "logo.h"

static const struct door_place place = {
	.machine = "studio.example.org", .address = "192.168.1.5", .port = 8730};

static void test_hosts(void **state)
{
	static const struct {
		const char *host;
		enum door_host wanted;
	} cases[] = {
		{"localhost:8730", DOOR_HOST_LOOPBACK},
		{"LocalHost:8730", DOOR_HOST_LOOPBACK},
		{"127.0.0.1:8730", DOOR_HOST_LOOPBACK},
		{"[::1]:8730", DOOR_HOST_LOOPBACK},
		{"[0:0:0:0:0:0:0:1]:8730", DOOR_HOST_LOOPBACK},
		{"192.168.1.5:8730", DOOR_HOST_OWN},
		{"studio:8730", DOOR_HOST_OWN},
		{"STUDIO.local:8730", DOOR_HOST_OWN},
		{"studio.example.org:8730", DOOR_HOST_OWN},
		{NULL, DOOR_HOST_FOREIGN},
		{"", DOOR_HOST_FOREIGN},
		{":8730", DOOR_HOST_FOREIGN},
		{"localhost", DOOR_HOST_FOREIGN},
		{"localhost:80", DOOR_HOST_FOREIGN},
		{"localhost:08730x", DOOR_HOST_FOREIGN},
		{"localhost:8730 ", DOOR_HOST_FOREIGN},
		{"localhost:", DOOR_HOST_FOREIGN},
		{"localhost.:8730", DOOR_HOST_FOREIGN},
		{"localhost.evil.example:8730", DOOR_HOST_FOREIGN},
		{"127.0.0.1.evil.example:8730", DOOR_HOST_FOREIGN},
		{"127.0.0.2:8730", DOOR_HOST_FOREIGN},
		{"192.168.1.6:8730", DOOR_HOST_FOREIGN},
		{"studio.evil.example:8730", DOOR_HOST_FOREIGN},
		{"studio.local.evil.example:8730", DOOR_HOST_FOREIGN},
		{"studi:8730", DOOR_HOST_FOREIGN},
		{"[::1:8730", DOOR_HOST_FOREIGN},
		{"[::2]:8730", DOOR_HOST_FOREIGN},
		{"[]:8730", DOOR_HOST_FOREIGN},
		{"user@localhost:8730", DOOR_HOST_FOREIGN},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (door_host(cases[i].host, &place) != cases[i].wanted) {
			fail_msg("%s", cases[i].host);
		}
	}
}

static void test_origins(void **state)
{
	static const char host[] = "localhost:8730";

	assert_true(door_origin(NULL, host));
	assert_true(door_origin("http://localhost:8730", host));
	assert_true(door_origin("http://LOCALHOST:8730", host));
	assert_false(door_origin("", host));
	assert_false(door_origin("null", host));
	assert_false(door_origin("https://localhost:8730", host));
	assert_false(door_origin("http://localhost", host));
	assert_false(door_origin("http://localhost:8730/", host));
	assert_false(door_origin("http://localhost:8730.evil.example", host));
	assert_false(door_origin("http://127.0.0.1:8730", host));
}

static void test_loopback(void **state)
{
	assert_true(door_is_loopback("127.0.0.1"));
	assert_true(door_is_loopback("127.8.9.1"));
	assert_true(door_is_loopback("::1"));
	assert_true(door_is_loopback("::ffff:127.0.0.1"));
	assert_false(door_is_loopback(""));
	assert_false(door_is_loopback("128.0.0.1"));
	assert_false(door_is_loopback("::ffff:10.0.0.1"));
	assert_false(door_is_loopback("fe80::1"));
}

static int pair(struct door *door, const char *code, uint64_t now_ms, char *token,
		uint64_t *ret_wait_ms)
{
	return door_pair(door, code, "tablet", now_ms, 1, token, ret_wait_ms, NULL);
}

static void wrong_code(const struct door *door, char *code)
{
	memcpy(code, door->code, sizeof(door->code));
	code[0] = code[0] == '9' ? '0' : (char)(code[0] + 1);
}

static void test_tokens(void **state)
{
	char token[2][DOOR_TOKEN_DIGITS + 1], code[DOOR_CODE_DIGITS + 1];
	struct store_door kept;
	struct door door, again;
	uint64_t wait_ms;

	assert_int_equal(door_init(&door, NULL), 0);
	for (int i = 0; i < 2; i++) {
		memcpy(code, door.code, sizeof(code));
		assert_int_equal(pair(&door, code, 1000, token[i], &wait_ms), 0);
		assert_int_equal(strlen(token[i]), DOOR_TOKEN_DIGITS);
		assert_int_equal(door_who(&door, token[i]), i + 1);
	}
	assert_string_not_equal(token[0], token[1]);
	assert_int_equal(door_who(&door, NULL), -ENOENT);
	assert_int_equal(door_who(&door, ""), -ENOENT);
	token[0][5] ^= 1;
	assert_int_equal(door_who(&door, token[0]), -ENOENT);
	token[0][5] ^= 1;

	/* What is kept is enough to know them again, and not to be them. */
	kept = door.kept;
	assert_int_equal(door_init(&again, &kept), 0);
	assert_int_equal(door_who(&again, token[0]), 1);
	assert_null(memmem(&kept, sizeof(kept), token[0], DOOR_TOKEN_DIGITS));
	assert_int_equal(door_revoke(&again, 1), 0);
	assert_int_equal(door_revoke(&again, 1), -ENOENT);
	assert_int_equal(door_who(&again, token[0]), -ENOENT);
	assert_int_equal(door_who(&again, token[1]), 2);
	door_finish(&again);
	door_finish(&door);
}

static void test_codes(void **state)
{
	char token[DOOR_TOKEN_DIGITS + 1], right[DOOR_CODE_DIGITS + 1];
	char wrong[DOOR_CODE_DIGITS + 1];
	uint64_t now = 5000, wait_ms;
	struct door door;

	assert_int_equal(door_init(&door, NULL), 0);
	memcpy(right, door.code, sizeof(right));
	wrong_code(&door, wrong);
	for (unsigned int i = 0; i < DOOR_WRONG_CODES; i++) {
		assert_int_equal(pair(&door, wrong, now, token, &wait_ms), -EACCES);
		if (i < DOOR_WRONG_CODES - 1) {
			/* Twice as long each time, for the right code too. */
			assert_int_equal(
				pair(&door, right, now + (1000u << i) - 1, token, &wait_ms),
				-EAGAIN);
			assert_int_equal(wait_ms, 1);
			now += 1000u << i;
		}
	}
	assert_int_equal(pair(&door, right, now + DOOR_CODE_REST_MS - 1, token, &wait_ms), -EPERM);
	assert_false(door_renew_code(&door, now + DOOR_CODE_REST_MS - 1));
	assert_string_equal(door.code, right);
	assert_true(door_renew_code(&door, now + DOOR_CODE_REST_MS));
	memcpy(right, door.code, sizeof(right));
	assert_int_equal(pair(&door, right, now + DOOR_CODE_REST_MS, token, &wait_ms), 0);
	assert_int_equal(pair(&door, "12345", now, token, &wait_ms), -EINVAL);
	assert_int_equal(pair(&door, NULL, now, token, &wait_ms), -EINVAL);
	door_finish(&door);
}

static void test_as_many_tokens_as_there_is_room_for(void **state)
{
	char token[DOOR_TOKEN_DIGITS + 1], code[DOOR_CODE_DIGITS + 1];
	struct door door;
	uint64_t wait_ms;

	assert_int_equal(door_init(&door, NULL), 0);
	for (int i = 0; i <= STORE_TOKENS; i++) {
		memcpy(code, door.code, sizeof(code));
		assert_int_equal(pair(&door, code, 1000, token, &wait_ms),
				 i < STORE_TOKENS ? 0 : -ENOSPC);
	}
	door_finish(&door);
}

static void test_pins(void **state)
{
	struct door door;
	uint64_t now = 1000, wait_ms;

	assert_int_equal(door_init(&door, NULL), 0);
	assert_int_equal(door_check_pin(&door, "123", now, &wait_ms, NULL), -EINVAL);
	assert_int_equal(door_check_pin(&door, "123456789", now, &wait_ms, NULL), -EINVAL);
	assert_int_equal(door_check_pin(&door, "1234", now, &wait_ms, NULL), 0);
	assert_null(memmem(door.kept.pin, sizeof(door.kept.pin), "1234", 4));
	assert_int_equal(door_check_pin(&door, "1234", now, &wait_ms, NULL), 0);
	for (unsigned int i = 0; i < 12; i++) {
		uint64_t pause = i < 6 ? 1000u << i : 1000 * DOOR_PIN_WAIT_S;

		assert_int_equal(door_check_pin(&door, "1235", now, &wait_ms, NULL), -EACCES);
		assert_int_equal(door_check_pin(&door, "1234", now + pause - 1, &wait_ms, NULL),
				 -EAGAIN);
		now += pause;
	}
	assert_int_equal(door_check_pin(&door, "1234", now, &wait_ms, NULL), 0);
	door_forget_pin(&door);
	assert_int_equal(door_check_pin(&door, "00000000", now, &wait_ms, NULL), 0);
	door_finish(&door);
}

static void test_rates(void **state)
{
	struct door_rate rate = {0};
	int taken = 0;

	while (door_rate_take(&rate, 10, 100, 5000)) {
		taken++;
	}
	assert_int_equal(taken, 10);
	assert_false(door_rate_take(&rate, 10, 100, 5009));
	assert_true(door_rate_take(&rate, 10, 100, 5010));
	for (taken = 0; door_rate_take(&rate, 10, 100, 100000);) {
		taken++;
	}
	assert_int_equal(taken, 10);
}

static const char *check(const char *text)
{
	struct refusal refusal = {""};
	const char *type = logo_check((const unsigned char *)text, strlen(text), &refusal);

	assert_true(type || refusal.text[0]);
	return type;
}

/* Why a text is no logo; SAYING_PLAIN: it is one. */
static enum saying_id reason_of(const char *text)
{
	struct refusal refusal = {""};
	const char *type = logo_check((const unsigned char *)text, strlen(text), &refusal);

	return type ? SAYING_PLAIN : refusal.saying.id;
}

static void test_good_svgs(void **state)
{
	static const char *const good[] = {
		"<svg/>",
		"<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x\">"
		"<!-- a logo -->\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox='0 0 9 9'>"
		"<defs><linearGradient id=\"a\"><stop offset=\"0\"/></linearGradient></defs>"
		"<style>.a { fill: url(#a); }</style><g class=\"a\" style=\"stroke:#fff\">"
		"<path d=\"M0 0 L9 9z\" fill=\"url( '#a' )\"/><text>a &amp; b</text></g></svg>\n",
		"<svg xmlns:i=\"x\" i:path=\"C:\\a@b\"><i:grid i:on=\"x\"/></svg>",
		"<svg><image href=\"data:image/png;base64,AAAA\"/><use xlink:href=\"#a\"/></svg>",
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!check(good[i])) {
			fail_msg("refused: %s", good[i]);
		}
	}
}

/* Each, up to a NULL, for that reason. */
static void assert_refused(const char *const *bad, enum saying_id wanted)
{
	for (size_t i = 0; bad[i]; i++) {
		enum saying_id reason = reason_of(bad[i]);

		if (reason != wanted) {
			fail_msg("%s instead of %s: %s", saying_code(reason), saying_code(wanted),
				 bad[i]);
		}
	}
}

static void test_what_is_no_svg(void **state)
{
	static const char *const unknown[] = {"",       "a text",         "<svg>",
					      "</svg>", "<svg><g></svg>", NULL};
	static const char *const unclear[] = {
		"<svg/><svg/>", "<svg/><g/>",    "<g/>",
		"<svg",         "<svg a",        "<svg a=",
		"<svg a=\"",    "<svg a=b/>",    "<svg><!--</svg>",
		"< svg/>",      "<svg =\"a\"/>", "<svg/onload=\"a()\"/>",
		NULL,
	};
	static const char *const unsafe[] = {"<html/>", NULL};

	assert_refused(unknown, SAYING_LOGO_UNKNOWN);
	assert_refused(unclear, SAYING_LOGO_UNCLEAR);
	assert_refused(unsafe, SAYING_LOGO_UNSAFE);
}

static void test_svgs_that_run_something(void **state)
{
	static const char *const bad[] = {
		"<svg><script>alert(1)</script></svg>",
		"<svg><SCRIPT/></svg>",
		"<svg><x:script/></svg>",
		"<svg onload=\"a()\"/>",
		"<svg ONLOAD='a()'/>",
		"<svg><foreignObject/></svg>",
		"<svg><iframe/></svg>",
		"<svg><a href=\"#a\"/></svg>",
		"<svg><animate/></svg>",
		"<svg><set/></svg>",
		NULL,
	};

	assert_refused(bad, SAYING_LOGO_UNSAFE);
}

static void test_svgs_that_fetch_something(void **state)
{
	static const char *const bad[] = {
		"<svg><image href=\"http://e/x\"/></svg>",
		"<svg><image href='//e/x'/></svg>",
		"<svg><image z:href=\"/x\" /></svg>",
		"<svg><use href=\"javascript:a()\"/></svg>",
		"<svg><use href=\" #a\"/></svg>",
		"<svg><use href=\"&#106;avascript:a()\"/></svg>",
		"<svg><image href=\"data:text/html,x\"/></svg>",
		"<svg><image href=\"data:image/svg+xml,x\"/></svg>",
		"<svg><g fill=\"url(http://e/x)\"/></svg>",
		"<svg><g style=\"a:url(//e)\"/></svg>",
		"<svg><g fill=\"u\\72l(http://e/x)\"/></svg>",
		"<svg><g fill=\"&#117;rl(http://e)\"/></svg>",
		"<svg><style>@import 'x';</style></svg>",
		"<svg><style>a{b:url(x)}</style></svg>",
		"<svg><style><![CDATA[@import 'x']]></style></svg>",
		"<svg xml:base=\"http://e\"/>",
		NULL,
	};

	assert_refused(bad, SAYING_LOGO_UNSAFE);
}

static void test_svgs_that_are_more_than_they_seem(void **state)
{
	static const char *const bad[] = {
		"<!DOCTYPE svg [<!ENTITY a \"b\">]><svg/>",
		"<svg><![CDATA[<script/>]]></svg>",
		"<svg><?xml-stylesheet href='x'?></svg>",
		"<?xml-stylesheet href='x'?><svg/>",
		NULL,
	};

	assert_refused(bad, SAYING_LOGO_UNSAFE);
}

/* Adds to a text of 200,000 bytes. */
static void append(char *text, const char *format, ...)
{
	size_t length = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + length, 200000 - length, format, args);
	va_end(args);
}

/* Layers, each of which draws the one below it `times` times. Whether that is a logo. */
static bool passes_layers(int layers, int times, const char *link)
{
	char *text = calloc(1, 200000);
	bool passes;

	assert_non_null(text);
	append(text, "<svg><g id=\"l0\"><path d=\"M0 0L9 9\"/></g>");
	for (int layer = 1; layer <= layers; layer++) {
		append(text, "<g id=\"l%d\">", layer);
		for (int i = 0; i < times; i++) {
			append(text, link, layer - 1);
		}
		append(text, "</g>");
	}
	append(text, "</svg>");
	passes = check(text) != NULL;
	free(text);
	return passes;
}

/* Empty elements, each of which draws the one before it. */
static bool passes_chain(int links)
{
	char *text = calloc(1, 200000);
	bool passes;

	assert_non_null(text);
	append(text, "<svg><path id=\"l0\"/>");
	for (int link = 1; link <= links; link++) {
		append(text, "<use id=\"l%d\" href=\"#l%d\"/>", link, link - 1);
	}
	append(text, "</svg>");
	passes = check(text) != NULL;
	free(text);
	return passes;
}

static void test_what_draws_without_end(void **state)
{
	static const char use[] = "<use href=\"#l%d\"/>", mask[] = "<g mask='url( \"#l%d\" )'/>";
	/* Names that a browser reads otherwise. */
	static const char *const unclear[] = {
		"<svg><g id=\"a\"/><use href=\"#%61\"/></svg>",
		"<svg><g id=\"&amp;\"/><use href=\"#a\"/></svg>",
		"<svg><g id=\"a\"/><g fill=\"url(#&amp;)\"/></svg>",
		NULL,
	};
	static const char *const unsafe[] = {"<svg><g id=\"&#97;\"/><use href=\"#a\"/></svg>",
					     NULL};
	static const char *const good[] = {
		/* Circles draw nothing. */
		"<svg><g id=\"a\"><use href=\"#a\"/></g></svg>",
		"<svg><linearGradient id=\"a\" href=\"#b\"/><linearGradient id=\"b\"/>"
		"<g fill=\"url(#a)\"/></svg>",
		"<svg><style>.a{fill:url(#m)} .b{mask:url(#m)}</style><mask id=\"m\"><g "
		"class=\"a\"/></mask><g class=\"b\"/></svg>",
	};

	assert_true(passes_layers(1, 400, use)); /* letters, each drawn once and used often */
	assert_true(passes_layers(3, 5, use));
	assert_true(passes_layers(3, 5, mask));
	assert_true(passes_layers(5, 200, "<path fill='#ff%04d'/>")); /* colours are no links */
	assert_true(passes_layers(LOGO_NESTING, 1, use));
	assert_false(passes_layers(LOGO_NESTING + 1, 1, use));
	assert_true(passes_chain(LOGO_NESTING));
	assert_false(passes_chain(LOGO_NESTING + 1));
	assert_false(passes_layers(7, 30, use));
	assert_false(passes_layers(7, 30, mask));
	assert_false(passes_layers(20, 2, use));
	assert_false(passes_layers(1, 2000, use));
	assert_refused(unclear, SAYING_LOGO_UNCLEAR);
	assert_refused(unsafe, SAYING_LOGO_UNSAFE);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_non_null(check(good[i]));
	}
}

/* Every beginning of a good file, and every change of one byte of it, is followed to its end. */
static void test_broken_svgs(void **state)
{
	static const char svg[] = "<?xml version='1'?><svg a:b=\"c\"><style>.a{b:url(#c)}</style>"
				  "<g style='d'/><!-- e --><text>f</text></svg>";
	char *copy = malloc(sizeof(svg));

	assert_non_null(copy);
	for (size_t length = 0; length < sizeof(svg) - 1; length++) {
		unsigned char *exact = malloc(length + 1);

		assert_non_null(exact);
		memcpy(exact, svg, length);
		assert_null(logo_check(exact, length, NULL));
		free(exact);
		for (int byte = 0; byte < 256; byte++) {
			memcpy(copy, svg, sizeof(svg));
			copy[length] = (char)byte;
			logo_check((unsigned char *)copy, sizeof(svg) - 1, NULL);
		}
	}
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_origins),
		cmocka_unit_test(test_loopback),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_as_many_tokens_as_there_is_room_for),
		cmocka_unit_test(test_pins),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_good_svgs),
		cmocka_unit_test(test_what_is_no_svg),
		cmocka_unit_test(test_svgs_that_run_something),
		cmocka_unit_test(test_svgs_that_fetch_something),
		cmocka_unit_test(test_svgs_that_are_more_than_they_seem),
		cmocka_unit_test(test_broken_svgs),
		cmocka_unit_test(test_what_draws_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
