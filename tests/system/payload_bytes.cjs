// SPDX-License-Identifier: Apache-2.0
//
// usage: node payload_bytes.cjs RELEASE SIGNER.pub.pem RECIPIENT.pem lists|plain
//
// Judges a release without one line of our code: CBOR by the npm package `cbor`, the rest by node's crypto. What it knows is the
// draft (SUIT manifest, firmware encryption), and docs/format/payload.md for the lists. A payload must be exactly the
// bytes that the signed manifest has the digest of, or their ciphertext. Prints `N payloads, N lists`.
'use strict';
const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const cbor = require('cbor');

const [release, signerPem, recipientPem, lists] = process.argv.slice(2);
const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest();
const decode = (bytes) => cbor.decodeFirstSync(bytes, { preferMap: true });
const encode = (value) => cbor.encodeCanonical(value);
const same = (a, b, what) => assert.ok(Buffer.compare(a, b) === 0, `${what}: ${a.toString('hex')} != ${b.toString('hex')}`);

// A SUIT_Digest: [-16, bytes].
function digest(value) {
    assert.strictEqual(value[0], -16);
    assert.strictEqual(value[1].length, 32);
    return value[1];
}

// ---- the envelope, and who signed it ----

const tagged = decode(fs.readFileSync(release));
assert.strictEqual(tagged.tag, 107);
const envelope = tagged.value;
const [signedDigest, ...blocks] = decode(envelope.get(2));
same(sha256(encode(envelope.get(3))), digest(decode(signedDigest)), 'the signed digest is the manifest\'s');
const signer = crypto.createPublicKey(fs.readFileSync(signerPem));
const good = blocks.map(decode).filter(({ tag, value: [protectedHeader, , payload, signature] }) => {
    assert.strictEqual(tag, 18);
    assert.strictEqual(payload, null);
    if (signature.length !== 64) // a hash-based signature is for others to check
        return false;
    const message = encode(['Signature1', protectedHeader, Buffer.alloc(0), signedDigest]);
    return crypto.verify('sha256', message, { key: signer, dsaEncoding: 'ieee-p1363' }, signature);
});
assert.strictEqual(good.length, 1, 'one signature of the signer');

const manifest = decode(envelope.get(3));
assert.strictEqual(manifest.get(1), 1);
const common = decode(manifest.get(3));
const components = common.get(2).length;

// The sequence that fetches: payload-fetch (16) if there is one, else install (20); severed, or in the manifest.
const fetchKey = manifest.has(16) ? 16 : 20;
let fetch = manifest.get(fetchKey);
if (Array.isArray(fetch)) {
    same(sha256(encode(envelope.get(fetchKey))), digest(fetch), 'the manifest has the digest of what is severed');
    fetch = envelope.get(fetchKey);
}

// ---- the commands, for one slot: parameters override, conditions on the slot choose ----

function run(bytes, slot, state) {
    const sequence = decode(bytes);
    for (let i = 0; i < sequence.length; i += 2) {
        const argument = sequence[i + 1];
        switch (sequence[i]) {
        case 5: // condition-component-slot
            if (state.selected.some((c) => c.get(5) !== slot))
                return false;
            break;
        case 12: // directive-set-component-index
            state.selected = argument === true ? state.all : [argument].flat().map((index) => state.all[index]);
            break;
        case 15: // directive-try-each
            if (!argument.some((alternative) => run(alternative, slot, state)))
                return false;
            break;
        case 20: // directive-override-parameters
            for (const component of state.selected)
                for (const [key, value] of argument)
                    component.set(key, value);
            break;
        case 21: // directive-fetch
            for (const component of state.selected)
                component.set('fetched', true);
            break;
        default: // conditions that are for the device to judge
            assert.ok([1, 2, 3, 24].includes(sequence[i]), `command ${sequence[i]}`);
        }
    }
    return true;
}

function facts(slot) {
    const all = Array.from({ length: components }, () => new Map());
    for (const sequence of [common.get(4), fetch]) {
        const state = { all, selected: [all[0]] };
        if (!run(sequence, slot, state))
            return null;
    }
    return all;
}

// ---- payloads ----

// COSE_Encrypt with ECDH-ES+A128KW and A128CTR (RFC 9053, RFC 9459; suit-firmware-encryption).
function decrypt(info, ciphertext) {
    const { tag, value: [, unprotected, , recipients] } = decode(info);
    assert.strictEqual(tag, 96);
    assert.strictEqual(unprotected.get(1), -65534);
    const key = crypto.createPrivateKey(fs.readFileSync(recipientPem));
    const [protectedHeader, header, wrapped] = recipients[0];
    const ephemeral = header.get(-1);
    const publicKey = crypto.createPublicKey({
        format: 'jwk',
        key: { kty: 'EC', crv: 'P-256', x: ephemeral.get(-2).toString('base64url'), y: ephemeral.get(-3).toString('base64url') },
    });
    const shared = crypto.diffieHellman({ privateKey: key, publicKey });
    const party = [null, null, null];
    const context = encode([-3, party, party, [128, protectedHeader, Buffer.from('SUIT Payload Encryption')]]);
    const kek = Buffer.from(crypto.hkdfSync('sha256', shared, Buffer.alloc(0), context, 16));
    const unwrap = crypto.createDecipheriv('id-aes128-wrap', kek, Buffer.alloc(8, 0xA6));
    const contentKey = Buffer.concat([unwrap.update(wrapped), unwrap.final()]);
    const cipher = crypto.createDecipheriv('aes-128-ctr', contentKey, unprotected.get(5));
    return Buffer.concat([cipher.update(ciphertext), cipher.final()]);
}

// A part of a release: in the envelope by its name, or in the file beside it that is named after it.
function part(name) {
    const slot = name[1], isList = slot < 'a';
    const file = release.replace(/\.suit$/, `.${slot.toLowerCase()}${name[2]}.${isList ? 'blocks' : 'bin'}`);
    return envelope.has(name) ? envelope.get(name) : fs.readFileSync(file);
}

function checkList(fetchArguments, payload) {
    const [version, blockSize, name, pages] = decode(fetchArguments);
    const list = part(name), digests = [];
    assert.deepStrictEqual([version, blockSize], [1, 2048]);
    for (let at = 0; at < payload.length; at += blockSize)
        digests.push(sha256(payload.subarray(at, at + blockSize)));
    same(list, Buffer.concat(digests), `${name} is the list of its payload`);
    assert.strictEqual(pages.length, Math.ceil(digests.length / 32));
    pages.forEach((page, i) => same(sha256(list.subarray(1024 * i, 1024 * (i + 1))), page, `page ${i} of ${name}`));
    return name;
}

const names = [];
let payloads = 0;
for (const slot of [0, 1]) {
    for (const c of facts(slot) ?? []) {
        const payload = part(c.get(21));
        const image = c.has(19) ? decrypt(c.get(19), payload) : payload;
        assert.ok(c.get('fetched'));
        assert.strictEqual(payload.length, c.get(14), `${c.get(21)} is as long as what is signed`);
        same(sha256(image), digest(decode(c.get(3))), `${c.get(21)} is what is signed`);
        // Only what the draft gives a number to: nothing custom.
        for (const key of c.keys())
            assert.ok(key === 'fetched' || key > 0, `parameter ${key}`);
        names.push(c.get(21));
        payloads++;
        assert.strictEqual(c.has(25), lists === 'lists');
        if (c.has(25))
            names.push(checkList(c.get(25), payload));
    }
}
// Nothing else is in the envelope, and its keys ascend, the lists before all payloads.
const inside = [...envelope.keys()].filter((key) => typeof key === 'string');
assert.deepStrictEqual(inside, inside.length === 0 ? [] : names.sort());
console.log(`${payloads} payloads, ${names.length - payloads} lists`);
