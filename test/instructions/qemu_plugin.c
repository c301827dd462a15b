/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A plug-in for qemu's user-mode emulators that counts instructions. At each call of count_mark()
 * it prints how many were executed since the last one, or since the start.
 *
 * The declarations are those of version 1 of qemu's plug-in interface (qemu-plugin.h), which Debian
 * does not package.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;

enum { INLINE_ADD_U64 = 0 };
enum { CB_NO_REGS = 0 };

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id,
					   void (*on_block)(plugin_id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *block, int operation,
					      void *counter, uint64_t addend);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *instruction,
					    void (*on_instruction)(unsigned int cpu, void *data),
					    int flags, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
const char *qemu_plugin_insn_symbol(const struct qemu_plugin_insn *instruction);
void qemu_plugin_outs(const char *text);

extern int qemu_plugin_version;
EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int argc, char **argv);

static uint64_t executed, at_last_mark;

static void on_mark(unsigned int cpu, void *data)
{
	char line[32];

	snprintf(line, sizeof(line), "%" PRIu64 "\n", executed - at_last_mark);
	at_last_mark = executed;
	qemu_plugin_outs(line);
}

/* A call begins a block, so that the first instruction of count_mark() is the first of one. */
static void on_block(plugin_id id, struct qemu_plugin_tb *block)
{
	struct qemu_plugin_insn *first = qemu_plugin_tb_get_insn(block, 0);
	const char *symbol = qemu_plugin_insn_symbol(first);

	qemu_plugin_register_vcpu_tb_exec_inline(block, INLINE_ADD_U64, &executed,
						 qemu_plugin_tb_n_insns(block));
	if (symbol && strcmp(symbol, "count_mark") == 0) {
		qemu_plugin_register_vcpu_insn_exec_cb(first, on_mark, CB_NO_REGS, NULL);
	}
}

int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int argc, char **argv)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
	return 0;
}
