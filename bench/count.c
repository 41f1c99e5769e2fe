/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TCG plugin for QEMU: counts the instructions of an unmodified root from reset to hand-over, split by whether the
 * crypto provider's hash or curve was at work. At the branch to the Non-secure world it writes the counts and ends
 * QEMU.
 *
 * arguments, hexadecimal: hash=ADDR,curve=ADDR         where the provider's functions are entered
 *                          hash_from=,hash_to=,curve_from=,curve_to=  in [from, to) their return instructions stand
 *                          leave=ADDR,out=FILE
 *
 * Debian ships no qemu-plugin.h; these are the functions used, of plugin API version 1 (QEMU 4.2 to 8.x).
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void (*tb_trans_fn)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*exec_fn)(unsigned int vcpu, void *user);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, tb_trans_fn fn);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, exec_fn fn, int flags, void *user);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

__attribute__((visibility("default"))) extern int qemu_plugin_version;
int qemu_plugin_version = 1;
__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc,
                                                               char **argv);

enum { CB_NO_REGS = 0 };
enum phase { REST, HASH, CURVE, PHASES };
static const char *const phase_name[PHASES] = {"rest", "hash", "curve"};

static struct {
    uint64_t start[PHASES], from[PHASES], to[PHASES];
    uint64_t leave;
    const char *out;
    enum phase phase;
    uint64_t count[PHASES];
    uint64_t calls[PHASES];
} run;

/* What an instruction is, beside one more. Owned by nobody: the plugin's life is the boot's. */
struct place {
    enum phase enters, returns; /* the first, a return instruction of this provider function; REST: of none */
    int leaves;                 /* the branch to the Non-secure world */
};

static _Noreturn void finish(void) {
    FILE *f = fopen(run.out, "w");

    for (int p = 0; f != NULL && p < PHASES; p++)
        fprintf(f, "%s %llu %llu\n", phase_name[p], (unsigned long long)run.count[p], (unsigned long long)run.calls[p]);
    _exit(f != NULL && fclose(f) == 0 ? 0 : 3);
}

/*
 * By instruction, not by block: with -icount QEMU leaves a block at an access to a device and goes on with the rest of
 * it in a new one.
 */
static void on_instruction(unsigned int vcpu, void *user) {
    const struct place *p = user;

    (void)vcpu;
    if (p->enters != REST && run.phase == REST) {
        run.phase = p->enters;
        run.calls[run.phase]++;
    }
    run.count[run.phase]++;
    if (p->leaves)
        finish();
    if (p->returns != REST && p->returns == run.phase)
        run.phase = REST;
}

/* bx lr; pop {..., pc}; ldmia sp!, {..., pc}; ldr pc, [sp], #4 */
static int is_return(const uint8_t *code) {
    const unsigned first = code[0] | (unsigned)(code[1] << 8);
    const unsigned second = (first >> 11) >= 0x1D ? code[2] | (unsigned)(code[3] << 8) : 0;

    if (first == 0x4770 || (first & 0xFF00u) == 0xBD00u)
        return 1;
    return (first == 0xE8BD && (second & 0x8000u) != 0) || (first == 0xF85D && second == 0xFB04);
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
    const size_t n = qemu_plugin_tb_n_insns(tb);

    (void)id;
    for (size_t i = 0; i < n; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        const uint64_t at = qemu_plugin_insn_vaddr(insn);
        struct place *p = calloc(1, sizeof *p);
        if (p == NULL)
            _exit(3);
        p->leaves = at == run.leave;
        for (int k = HASH; k < PHASES; k++) {
            if (at == run.start[k])
                p->enters = (enum phase)k;
            if (at >= run.from[k] && at < run.to[k] && is_return(qemu_plugin_insn_data(insn)))
                p->returns = (enum phase)k;
        }
        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_instruction, CB_NO_REGS, p);
    }
}

static uint64_t argument(int argc, char **argv, const char *name) {
    const size_t len = strlen(name);

    for (int i = 0; i < argc; i++)
        if (strncmp(argv[i], name, len) == 0 && argv[i][len] == '=') {
            run.out = argv[i] + len + 1;
            return strtoull(argv[i] + len + 1, NULL, 16);
        }
    fprintf(stderr, "count: no argument %s\n", name);
    _exit(3);
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv) {
    (void)info;
    run.start[HASH] = argument(argc, argv, "hash");
    run.from[HASH] = argument(argc, argv, "hash_from");
    run.to[HASH] = argument(argc, argv, "hash_to");
    run.start[CURVE] = argument(argc, argv, "curve");
    run.from[CURVE] = argument(argc, argv, "curve_from");
    run.to[CURVE] = argument(argc, argv, "curve_to");
    run.leave = argument(argc, argv, "leave");
    (void)argument(argc, argv, "out");
    run.out = strdup(run.out);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    return 0;
}
