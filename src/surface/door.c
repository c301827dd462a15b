/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Who may come in by the network. All cryptography is libsodium's.
 */
#include "door.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIN_SALT_BYTES 16
#define PIN_HASH_BYTES 32
#define PIN_DIGITS_MIN 4
#define PIN_DIGITS_MAX 8
#define HASH_BYTES     sizeof(((struct store_token *)NULL)->hash)

static void make_code(struct door *door)
{
	snprintf(door->code, sizeof(door->code), "%06u", randombytes_uniform(1000000));
	door->codes = (struct door_tries){0};
}

int door_init(struct door *door, const struct store_door *kept)
{
	if (sodium_init() < 0) {
		return -EIO;
	}
	memset(door, 0, sizeof(*door));
	if (kept) {
		door->kept = *kept;
	}
	make_code(door);
	return 0;
}

void door_finish(struct door *door)
{
	free(door->kept.logo);
	sodium_memzero(door, sizeof(*door));
}

/* Wrong tries make the next one wait: 1 s, 2 s, 4 s ... */
static void count_wrong(struct door_tries *tries, unsigned int most_s, uint64_t now_ms)
{
	uint64_t wait_s = tries->wrong < 16 ? 1u << tries->wrong : most_s;

	tries->wrong++;
	tries->wait_until_ms = now_ms + 1000 * (wait_s < most_s ? wait_s : most_s);
}

static int check_wait(const struct door_tries *tries, uint64_t now_ms, uint64_t *ret_wait_ms,
		      struct refusal *ret_refusal)
{
	char seconds[12];

	if (now_ms >= tries->wait_until_ms) {
		return 0;
	}
	*ret_wait_ms = tries->wait_until_ms - now_ms;
	snprintf(seconds, sizeof(seconds), "%u", (unsigned int)((*ret_wait_ms + 999) / 1000));
	refuse_saying(ret_refusal, SAYING_TOO_SOON, seconds, NULL);
	return -EAGAIN;
}

static bool are_digits(const char *text, size_t least, size_t most)
{
	size_t length = strspn(text, "0123456789");

	return length >= least && length <= most && text[length] == '\0';
}

static void hash_token(const char *token, unsigned char *ret_hash)
{
	crypto_generichash(ret_hash, HASH_BYTES, (const unsigned char *)token, strlen(token), NULL,
			   0);
}

static struct store_token *add_token(struct door *door, const char *name, int64_t unix_ms)
{
	struct store_token *token = &door->kept.tokens[door->kept.token_count];
	int64_t id = 0;

	for (size_t i = 0; i < door->kept.token_count; i++) {
		id = door->kept.tokens[i].id > id ? door->kept.tokens[i].id : id;
	}
	*token = (struct store_token){.id = id + 1, .created_unix_ms = unix_ms};
	snprintf(token->name, sizeof(token->name), "%s", name);
	door->kept.token_count++;
	return token;
}

static int check_pairing(struct door *door, const char *code, const char *name, uint64_t now_ms,
			 uint64_t *ret_wait_ms, struct refusal *ret_refusal)
{
	char most[12];

	if (door->codes.wrong >= DOOR_WRONG_CODES) {
		*ret_wait_ms =
			door->codes.wait_until_ms > now_ms ? door->codes.wait_until_ms - now_ms : 0;
		refuse_saying(ret_refusal, SAYING_CODES_SPENT, NULL);
		return -EPERM;
	}
	if (!code || !are_digits(code, DOOR_CODE_DIGITS, DOOR_CODE_DIGITS)) {
		return refuse_saying(ret_refusal, SAYING_CODE_DIGITS, NULL);
	}
	if (!name || name[0] == '\0' || strlen(name) >= sizeof(door->kept.tokens[0].name)) {
		return refuse_saying(ret_refusal, SAYING_CODE_NAME, "63", NULL);
	}
	if (door->kept.token_count == STORE_TOKENS) {
		snprintf(most, sizeof(most), "%d", STORE_TOKENS);
		refuse_saying(ret_refusal, SAYING_PANELS_FULL, most, NULL);
		return -ENOSPC;
	}
	return check_wait(&door->codes, now_ms, ret_wait_ms, ret_refusal);
}

int door_pair(struct door *door, const char *code, const char *name, uint64_t now_ms,
	      int64_t unix_ms, char *ret_token, uint64_t *ret_wait_ms, struct refusal *ret_refusal)
{
	unsigned char bytes[DOOR_TOKEN_DIGITS / 2];
	struct store_token *token;
	int error;

	*ret_wait_ms = 0;
	door_renew_code(door, now_ms);
	error = check_pairing(door, code, name, now_ms, ret_wait_ms, ret_refusal);
	if (error < 0) {
		return error;
	}
	if (sodium_memcmp(code, door->code, DOOR_CODE_DIGITS) != 0) {
		count_wrong(&door->codes, DOOR_CODE_REST_MS / 1000, now_ms);
		if (door->codes.wrong == DOOR_WRONG_CODES) {
			door->codes.wait_until_ms = now_ms + DOOR_CODE_REST_MS;
		}
		refuse_saying(ret_refusal, SAYING_CODE_WRONG, NULL);
		return -EACCES;
	}
	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2hex(ret_token, DOOR_TOKEN_DIGITS + 1, bytes, sizeof(bytes));
	token = add_token(door, name, unix_ms);
	hash_token(ret_token, token->hash);
	make_code(door);
	return 0;
}

bool door_is_resting(const struct door *door)
{
	return door->codes.wrong >= DOOR_WRONG_CODES;
}

bool door_renew_code(struct door *door, uint64_t now_ms)
{
	if (!door_is_resting(door) || now_ms < door->codes.wait_until_ms) {
		return false;
	}
	make_code(door);
	return true;
}

int64_t door_who(const struct door *door, const char *token)
{
	unsigned char hash[HASH_BYTES];
	int64_t who = -ENOENT;

	if (!token || strlen(token) != DOOR_TOKEN_DIGITS) {
		return -ENOENT;
	}
	hash_token(token, hash);
	for (size_t i = 0; i < door->kept.token_count; i++) {
		if (sodium_memcmp(hash, door->kept.tokens[i].hash, HASH_BYTES) == 0) {
			who = door->kept.tokens[i].id;
		}
	}
	return who;
}

int door_revoke(struct door *door, int64_t id)
{
	struct store_door *kept = &door->kept;

	for (size_t i = 0; i < kept->token_count; i++) {
		if (kept->tokens[i].id == id) {
			kept->token_count--;
			memmove(&kept->tokens[i], &kept->tokens[i + 1],
				(kept->token_count - i) * sizeof(kept->tokens[0]));
			return 0;
		}
	}
	return -ENOENT;
}

static void hash_pin(const char *pin, const unsigned char *salt, unsigned char *ret_hash)
{
	crypto_generichash(ret_hash, PIN_HASH_BYTES, (const unsigned char *)pin, strlen(pin), salt,
			   PIN_SALT_BYTES);
}

int door_check_pin(struct door *door, const char *pin, uint64_t now_ms, uint64_t *ret_wait_ms,
		   struct refusal *ret_refusal)
{
	unsigned char *kept = door->kept.pin;
	unsigned char hash[PIN_HASH_BYTES];
	char least[12], most[12];
	int error;

	*ret_wait_ms = 0;
	if (!pin || !are_digits(pin, PIN_DIGITS_MIN, PIN_DIGITS_MAX)) {
		snprintf(least, sizeof(least), "%d", PIN_DIGITS_MIN);
		snprintf(most, sizeof(most), "%d", PIN_DIGITS_MAX);
		return refuse_saying(ret_refusal, SAYING_PIN_DIGITS, least, most, NULL);
	}
	if (door->kept.pin_size != PIN_SALT_BYTES + PIN_HASH_BYTES) {
		randombytes_buf(kept, PIN_SALT_BYTES);
		hash_pin(pin, kept, kept + PIN_SALT_BYTES);
		door->kept.pin_size = PIN_SALT_BYTES + PIN_HASH_BYTES;
		return 0;
	}
	error = check_wait(&door->pins, now_ms, ret_wait_ms, ret_refusal);
	if (error < 0) {
		return error;
	}
	hash_pin(pin, kept, hash);
	if (sodium_memcmp(hash, kept + PIN_SALT_BYTES, PIN_HASH_BYTES) != 0) {
		count_wrong(&door->pins, DOOR_PIN_WAIT_S, now_ms);
		refuse_saying(ret_refusal, SAYING_PIN_WRONG, NULL);
		return -EACCES;
	}
	door->pins = (struct door_tries){0};
	return 0;
}

void door_forget_pin(struct door *door)
{
	door->kept.pin_size = 0;
	sodium_memzero(door->kept.pin, sizeof(door->kept.pin));
	door->pins = (struct door_tries){0};
}

void door_forget_all(struct door *door)
{
	door_forget_pin(door);
	door_keep_logo(door, NULL, 0);
	sodium_memzero(door->kept.tokens, sizeof(door->kept.tokens));
	door->kept.token_count = 0;
	make_code(door);
}

int door_keep_logo(struct door *door, const unsigned char *bytes, size_t size)
{
	unsigned char *copy = NULL;

	if (size > 0) {
		copy = malloc(size);
		if (!copy) {
			return -ENOMEM;
		}
		memcpy(copy, bytes, size);
	}
	free(door->kept.logo);
	door->kept.logo = copy;
	door->kept.logo_size = size;
	return 0;
}

void door_logo_hash(const struct door *door, char *ret_text)
{
	unsigned char hash[crypto_generichash_BYTES_MIN];

	ret_text[0] = '\0';
	if (door->kept.logo_size > 0) {
		crypto_generichash(hash, sizeof(hash), door->kept.logo, door->kept.logo_size, NULL,
				   0);
		sodium_bin2hex(ret_text, 17, hash, 8);
	}
}

bool door_rate_take(struct door_rate *rate, double most, double each_s, uint64_t now_ms)
{
	double left = rate->left + (double)(now_ms - rate->last_ms) * each_s / 1000;

	rate->left = rate->last_ms == 0 || left > most ? most : left;
	rate->last_ms = now_ms;
	if (rate->left < 1) {
		return false;
	}
	rate->left -= 1;
	return true;
}
