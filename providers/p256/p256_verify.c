/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The witness of an ECDSA P-256 signature: x(R) mod n with R = u1 G + u2 Q, in one pass of doublings. Both u1 and u2 go by
 * in signed windows of four digits. Everything here is public, so it takes the time it takes.
 *
 * r and s, and so u1 and u2, are the forger's choice: each addition may meet a point that is equal, opposite, or infinity.
 */
#include "providers/p256/p256_verify.h"

#include <string.h>

#include "base/harden.h"
#include "providers/p256/p256_inverse.h"
#include "providers/p256/p256_point.h"
#include "providers/p256/p256_scalar.h"

/* Not inlined: what it has on the stack is not on it while others run. */
#define OWN_FRAME __attribute__((noinline))

enum { DIGITS = 257, WINDOW = 4, FIRST = 4, MULTIPLES = P256_MULTIPLES - 1 };

/* A scalar on its way through the windows. */
struct digits {
    uint32_t of[P256_WORDS];
    uint32_t above;  /* the bit above the one that is next */
    int32_t value;   /* of the window so far */
    uint32_t length; /* digits in the window so far */
};

/*
 * A check's working memory. One struct with one pointer to it: an address that a disturbance lost is that of all of it,
 * not of one scalar.
 */
struct work {
    uint32_t infinity;       /* not 0: the sum is the point at infinity, and its z is 0 */
    uint32_t spoil;          /* not 0: the sum was lost on the way */
    uint32_t now;            /* which of the two is the sum; the other is for the next */
    uint32_t scratch[P256_WORDS];
    union {
        struct {
            struct prm_p256_point sum[2];
            struct digits u1; /* e/s */
            struct digits u2; /* r/s */
            struct prm_p256_affine result; /* R; before, what is subtracted */
        };
        struct { /* while the multiples are prepared */
            struct prm_p256_point last;
            uint32_t ratio[MULTIPLES - 1][P256_WORDS];
        };
        struct { /* when the sums are done */
            uint32_t e[P256_WORDS], s[P256_WORDS];
            struct prm_p256_affine again;
        };
    };
    struct prm_p256_affine q[P256_MULTIPLES]; /* Q, then 4 Q to 8 Q */
};

static void set(struct prm_p256_point *a, const struct prm_p256_affine *b) {
    memcpy(a, b, sizeof *b);
    prm_p256_copy(a->z, prm_p256_one);
}

/* Whether a point differs from an affine one in x, and whether in y. */
struct differences {
    uint32_t x, y;
};

static struct differences compare(const struct prm_p256_point *a, const struct prm_p256_affine *b) {
    uint32_t s[P256_WORDS], t[P256_WORDS];
    struct differences d;

    prm_p256_sqr(s, a->z);
    prm_p256_mul(t, s, b->x);
    d.x = prm_p256_diff(t, a->x);
    prm_p256_mul(s, s, a->z);
    prm_p256_mul(t, s, b->y);
    d.y = prm_p256_diff(t, a->y);
    return d;
}

/*
 * sum += b. Two branches put the point in the place of the sum; taken wrongly, near the end, the sum is one that a forger
 * can foresee (r = x(Q)). Hence each shows again what it is there for: that z is 0, or that the two had the same x.
 * The second also sees a z that a disturbance made 0.
 */
static void add(struct work *w, const struct prm_p256_affine *b) {
    struct prm_p256_point *const before = &w->sum[w->now & 1u], *const after = &w->sum[~w->now & 1u];

    if (w->infinity != 0) {
        w->spoil |= prm_p256_bits(before->z);
        set(before, b);
        w->infinity = 0;
        return;
    }
    prm_p256_sum(after, before, b, w->scratch);
    w->now++;
    if (prm_p256_bits(after->z) != 0)
        return;
    const struct differences d = compare(before, b);
    w->spoil |= d.x;
    set(after, b);
    if (d.y == 0) {
        prm_p256_double(after);
    } else {
        memset(after->z, 0, sizeof after->z);
        w->infinity = 1;
    }
}

/* The multiples of Q. It has the order n, far above 8: no addition is exceptional. */
OWN_FRAME static void prepare(struct work *w) {
    uint32_t *const inverse = w->scratch;
    struct prm_p256_affine *const multiple = w->q + 1;
    struct prm_p256_point *const p = &w->last;

    set(p, w->q);
    for (unsigned i = 1; i < FIRST; i *= 2)
        prm_p256_double(p);
    for (unsigned i = 0; i < MULTIPLES - 1; i++) {
        memcpy(&multiple[i], p, sizeof multiple[i]);
        prm_p256_sum(p, p, w->q, w->ratio[i]);
    }
    /* One inversion for all: z was multiplied by ratio[i] from one to the next. */
    prm_p256_invert(inverse, p->z);
    for (unsigned i = MULTIPLES - 1;; i--) {
        prm_p256_scale(&multiple[i], p, inverse);
        if (i == 0)
            return;
        memcpy(p, &multiple[i - 1], sizeof multiple[i - 1]);
        prm_p256_mul(inverse, inverse, w->ratio[i - 1]);
    }
}

/*
 * Whether they are those of Q still: 2 (4 Q) = 8 Q, and 7 Q + Q. If the call of prepare() is lost, they are what the stack held, perhaps
 * the multiples of another key, by a check before, and the sum is of two keys; those are not in this relation to Q.
 */
OWN_FRAME static uint32_t prepared_diff(struct work *w) {
    const struct prm_p256_affine *const last = &w->q[MULTIPLES];
    struct prm_p256_point *const p = w->sum;

    set(p, w->q + 1);
    prm_p256_double(p);
    const struct differences twice = compare(p, last);
    set(p, last - 1);
    prm_p256_sum(p, p, w->q, w->scratch);
    const struct differences next = compare(p, last);
    return twice.x | twice.y | next.x | next.y;
}

/* sum += b, or -= b for a sign below 0. */
static void add_signed(struct work *w, int32_t sign, const struct prm_p256_affine *b) {
    struct prm_p256_affine *const minus = &w->result; /* which there is none of yet */

    if (sign < 0) {
        prm_p256_copy(minus->x, b->x);
        prm_p256_sub(minus->y, prm_p256_p, b->y); /* y isn't 0, as no point's is: then p - y is below p */
        b = minus;
    }
    add(w, b);
}

static uint32_t bit(const uint32_t a[P256_WORDS], uint32_t i) {
    return i < 32 * P256_WORDS ? a[i / 32] >> i % 32 & 1u : 0;
}

/*
 * Digit i of u, which is the sum of (bit i-1 - bit i) 2^i: into the window, that starts with one that isn't 0, and is
 * added when it has four; it is between 4 and 8 then, or -4 and -8, for the signs alternate. The last digits, which fill none, go one by one.
 */
static void take(struct work *w, struct digits *u, const struct prm_p256_affine *table, uint32_t i) {
    const uint32_t next = bit(u->of, i - 1u);
    const int32_t digit = (int32_t)(next - u->above);

    u->above = next;
    if (u->length == 0) {
        if (digit == 0)
            return;
        if (i < WINDOW - 1) {
            add_signed(w, digit, table);
            return;
        }
        u->value = 0;
    }
    u->value = 2 * u->value + digit;
    if (++u->length == WINDOW) {
        u->length = 0;
        add_signed(w, u->value, &table[(u->value < 0 ? -u->value : u->value) - (FIRST - 1)]);
    }
}

/*
 * sum = u1 G + u2 Q. Returns how many digits it went through, in a form that the compiler can't know beforehand.
 *
 * If the instruction that makes a window's first length 1 is lost, the length may be any, and never comes to four: that scalar adds
 * nothing, and what is left is a sum that a forger can foresee. At the end no window is begun; a length makes the return another.
 */
static uint32_t walk(struct work *w) {
    uint32_t steps = 0;

    memset(w->sum, 0, sizeof w->sum);
    w->infinity = 1;
    w->u1.length = w->u1.above = 0;
    w->u2.length = w->u2.above = 0;
    w->now = 0;
    for (uint32_t i = DIGITS; i-- > 0; steps = prm_launder(steps + 1u)) {
        if (w->infinity == 0)
            prm_p256_double(&w->sum[w->now & 1u]);
        take(w, &w->u1, prm_p256_multiples, i);
        take(w, &w->u2, w->q, i);
    }
    return steps ^ (w->u1.length | w->u2.length);
}

/* u1 = e/s, u2 = r/s (mod n). SIG_INVALID if r or s is out of [1, n-1], or e is 0. */
OWN_FRAME static prm_result scalars(struct work *w, const uint8_t *digest, const uint8_t *sig) {
    if ((prm_p256_scalar_load(w->u2.of, sig) & prm_p256_scalar_load(w->scratch, sig + 32)) == 0)
        return PRM_ERR_SIG_INVALID;
    prm_p256_load(w->u1.of, digest);
    prm_p256_scalar_reduce(w->u1.of, w->u1.of);
    if (prm_p256_bits(w->u1.of) == 0)
        return PRM_ERR_SIG_INVALID;
    prm_p256_inverse(w->scratch, w->scratch, &prm_p256_modulus_n);
    prm_p256_scalar_mul(w->u1.of, w->u1.of, w->scratch);
    prm_p256_scalar_mul(w->u2.of, w->u2.of, w->scratch);
    return PRM_OK;
}

/*
 * The way back: u1 s = e and u2 s = r, from the inputs again, and e is not 0; q is the key's. Without its u1 or its u2 the
 * sum is one that a forger can make a signature for (r = x(tQ), s = r/t needs e = 0), so a lost or stale operand must not
 * pass for a small one.
 */
OWN_FRAME static uint32_t inputs_diff(struct work *w, const uint8_t *key, const uint8_t *digest, const uint8_t *sig) {
    uint32_t diff;

    prm_p256_load(w->e, digest);
    prm_p256_scalar_reduce(w->e, w->e);
    diff = prm_launder(prm_p256_bits(w->e)) == 0 ? UINT32_MAX : 0;
    prm_p256_load(w->s, sig + 32);
    prm_p256_scalar_mul(w->scratch, w->u1.of, w->s);
    diff |= prm_p256_diff(w->scratch, w->e);
    prm_p256_scalar_mul(w->scratch, w->u2.of, w->s);
    prm_p256_load(w->e, sig);
    diff |= prm_p256_diff(w->scratch, w->e);
    if (prm_p256_point_load(&w->again, key) != PRM_OK)
        return UINT32_MAX;
    return diff | prm_p256_diff(w->again.x, w->q->x) | prm_p256_diff(w->again.y, w->q->y);
}

prm_result prm_p256_witness(const uint8_t public_key[PRM_P256_PUBLIC_SIZE], const uint8_t digest[PRM_SHA256_SIZE],
                            const uint8_t sig[PRM_P256_SIG_SIZE], uint8_t witness[32]) {
    struct work w;

    for (unsigned i = 0; i < 32; i++)
        witness[i] = 0xFF;
    PRM_TRY(prm_p256_point_load(w.q, public_key));
    prepare(&w);
    PRM_TRY(scalars(&w, digest, sig));
    w.spoil = 0;
    uint32_t spoil = prm_launder((uint32_t)DIGITS) ^ walk(&w);
    if (w.infinity != 0)
        return PRM_ERR_SIG_INVALID;
    struct prm_p256_affine *const r = &w.result;
    memset(r, 0xFF, sizeof *r); /* if the next call is lost, r is no point, rather than one left there before */
    prm_p256_affine(r, &w.sum[w.now & 1u]);
    spoil |= w.spoil | ~prm_p256_minus(r->y, r->x, prm_p256_p);
    prm_p256_scalar_reduce(r->x, r->x);
    prm_p256_store(witness, r->x);
    /* A loop left early, or operands that aren't the signature's, give a point that a forger could have foreseen. */
    spoil |= inputs_diff(&w, public_key, digest, sig) | prepared_diff(&w);
    for (unsigned i = 0; i < 32; i++)
        witness[i] ^= (uint8_t)(spoil | (spoil >> 8) | (spoil >> 16) | (spoil >> 24));
    return PRM_OK;
}
