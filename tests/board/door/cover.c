/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TCG plugin for QEMU: which instructions of the services were executed, and behind which of them the application's tick came in
 * next. At its end it writes the addresses of those that were executed and never interrupted, one a line, and then how many were both.
 *
 * arguments, hexadecimal: from=ADDR,to=ADDR   the services' text
 *                         tick=ADDR           where the application's handler begins
 *                         enter=ADDR          counting begins when this is executed: the first call
 *                         leave=ADDR          and ends when this is: a start
 *                         out=FILE
 *
 * Debian ships no qemu-plugin.h; these are the functions used, of plugin API version 1 (QEMU 4.2 to 8.x).
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void (*tb_trans_fn)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*exec_fn)(unsigned int vcpu, void *user);
typedef void (*exit_fn)(qemu_plugin_id_t id, void *user);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, tb_trans_fn fn);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, exec_fn fn, int flags, void *user);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, exit_fn fn, void *user);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

__attribute__((visibility("default"))) extern int qemu_plugin_version;
int qemu_plugin_version = 1;
__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc,
                                                               char **argv);

enum { SIZE = 0x80000 };
static uint64_t from, to, tick, enter, leave, last;
static int entered;
static uint8_t executed[SIZE], interrupted[SIZE];
static const char *out;

static void on_insn(unsigned int vcpu, void *user) {
    const uint64_t at = (uint64_t)(uintptr_t)user;

    (void)vcpu;
    entered = at != leave && (entered || at == enter);
    if (!entered)
        return;
    if (at >= from && at < to)
        executed[at - from] = 1;
    if (at == tick && last >= from && last < to)
        interrupted[last - from] = 1;
    last = at;
}

static void on_tb(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_insn, 0, (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn));
    }
}

static void on_exit_of_qemu(qemu_plugin_id_t id, void *user) {
    FILE *f = fopen(out, "w");
    uint32_t both = 0;

    (void)id;
    (void)user;
    if (f == NULL)
        return;
    for (uint32_t i = 0; i < to - from && i < SIZE; i++) {
        if (executed[i] && !interrupted[i])
            fprintf(f, "%llx\n", (unsigned long long)(from + i));
        both += executed[i] && interrupted[i];
    }
    fprintf(f, "both %u\n", both);
    fclose(f);
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv) {
    (void)info;
    for (int i = 0; i < argc; i++) {
        char *value = strchr(argv[i], '=');
        if (value == NULL)
            return 1;
        *value++ = '\0';
        const uint64_t n = strtoull(value, NULL, 16);
        if (strcmp(argv[i], "from") == 0)
            from = n;
        else if (strcmp(argv[i], "to") == 0)
            to = n;
        else if (strcmp(argv[i], "tick") == 0)
            tick = n;
        else if (strcmp(argv[i], "enter") == 0)
            enter = n;
        else if (strcmp(argv[i], "leave") == 0)
            leave = n;
        else if (strcmp(argv[i], "out") == 0)
            out = value;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_tb);
    qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
    return out == NULL;
}
