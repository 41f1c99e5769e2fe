/* SPDX-License-Identifier: Apache-2.0 */
/* man.h - the words around the verbs: in the list of them, and in the man page. */
#ifndef PRM_CLI_MAN_H
#define PRM_CLI_MAN_H

#define CLI_FORCE_TEXT "replace files that exist; what is read is never written over"

#define CLI_PROGRAM_ABOUT                                                                                              \
    "Makes signing keys, turns firmware images into signed releases, says whether a release may be trusted, and runs " \
    "releases on an emulated device. Nothing that is typed is without effect: an option that could have none is "      \
    "refused. "                                                                                                        \
    "Files that exist are left alone."

#define CLI_MAN_HEAD                                                                                                   \
    ".\\\" SPDX-License-Identifier: Apache-2.0\n"                                                                      \
    ".\\\" Made by 'primum help --man' from the tables of the verbs; scripts/docs.sh writes it anew.\n"                \
    ".Dd November 29, 2026\n.Dt PRIMUM 1\n.Os Primum\n"                                                                \
    ".Sh NAME\n.Nm primum\n.Nd sign firmware releases, and run them on an emulated device\n"                           \
    ".Sh SYNOPSIS\n.Nm primum\n.Cm help\n.Op Ar verb\n.Nm primum\n.Fl \\-version\n"

#define CLI_MAN_DESCRIPTION                                                                                            \
    ".Sh DESCRIPTION\n.Nm\nmakes signing keys, turns firmware images into signed releases, says whether a release "    \
    "may be\n"                                                                                                         \
    "trusted, and runs releases on an emulated Cortex-M33 device.\n.Pp\n"                                              \
    "A\n.Em release\nis a SUIT envelope (draft-ietf-suit-manifest): a manifest that says for which devices it is, "    \
    "what it\n"                                                                                                        \
    "is, and the digest and size of an image for each slot; one or more signatures over the manifest; and the "        \
    "images.\n"                                                                                                        \
    "A\n.Em device\nis a folder with the contents of its memories.\n.Pp\n"                                             \
    "An option that has no effect with the others, or is given twice, is refused with exit status 2 before any work "  \
    "is\n"                                                                                                             \
    "done.\nSo is an output that is also an input, by whatever name or link.\n"                                        \
    "Files that exist are left alone unless\n.Fl \\-force\nreplaces them; devices, pipes and folders are never "       \
    "written to.\n"                                                                                                    \
    "Outputs appear whole or not at all, and are opened before anything is spent.\n"

#define CLI_MAN_TAIL                                                                                                   \
    ".Sh ENVIRONMENT\n.Bl -tag -width PRIMUM_ROT\n.It Ev PRIMUM_ROT\nThe root that\n.Cm device new\nputs into a "      \
    "device.\n.El\n"                                                                                                   \
    ".Sh FILES\n.Bl -tag -width eeprom.img\n"                                                                          \
    ".It Pa /var/lib/primum/hss\nWhat this machine knows of HSS-LMS keys: how far each was used, by whomever; made "   \
    "by root.\n"                                                                                                       \
    "Where it isn't,\n.Pa /var/tmp/primum-hss .\n"                                                                     \
    ".It Pa rom.bin\nIn a device's folder: the immutable root, with the trust anchors.\n"                              \
    ".It Pa fuse.bin\nThe identity fuses.\n"                                                                           \
    ".It Pa flash.img\nThe flash, 16 MiB: the boot journal and two slots.\n"                                           \
    ".It Pa eeprom.img\nThe EEPROM with the monotonic counters.\n"                                                     \
    ".It Pa key.bin , device.pub.pem\nThe device's key for encrypted releases.\n"                                      \
    ".It Pa report.bin\nThe boot report of the last boot.\n.It Pa fault.bin\nWhat the services told of the last fault since.\n.El\n" \
    ".Sh EXIT STATUS\n.Bl -tag -width Ds\n.It 0\nDone; the release is trusted; an image was started.\n"                \
    ".It 1\nRefused: the release is not trusted, the device is in recovery, a file would have been replaced.\n"        \
    ".It 2\nThe command line is wrong, or a part of it would have no effect.\n"                                        \
    ".It 3\nA file, a program or a time limit failed.\n.El\n"                                                          \
    ".Sh EXAMPLES\n.Bd -literal -offset indent\n"                                                                      \
    "primum keygen --alg ESP256 -o vendor\n"                                                                           \
    "primum sign --vendor example.com --class infusion-pump \\e\n"                                                     \
    "    --sequence 1 --version 1.0.0 \\e\n"                                                                           \
    "    --image a=pump.a.elf --image b=pump.b.elf \\e\n"                                                              \
    "    --services a=services.a.elf --services b=services.b.elf \\e\n"                                                \
    "    --key vendor.pem -o pump.suit\n"                                                                              \
    "primum verify pump.suit --trust vendor.pub.pem\n"                                                                 \
    "primum device new dev --vendor example.com --class infusion-pump \\e\n"                                           \
    "    --trust vendor.pub.pem\n"                                                                                     \
    "primum device flash dev --slot a pump.suit\n"                                                                     \
    "primum device boot dev\n.Ed\n.Pp\n"                                                                               \
    "The same release signed by a key that stays where it is:\n.Bd -literal -offset indent\n"                          \
    "primum sign ... --public vendor.pub.pem --to-be-signed tbs -o pump.suit\n"                                        \
    "openssl dgst -sha256 -sign vendor.pem -out signature tbs   # over there\n"                                        \
    "primum sign --attach signature -o pump.suit\n.Ed\n"                                                               \
    ".Sh STANDARDS\ndraft-ietf-suit-manifest, RFC 9124 (SUIT information model), RFC 9052 (COSE), RFC 8949 (CBOR), "   \
    "RFC 9562\n"                                                                                                       \
    "(UUIDs), RFC 7512 (PKCS#11 URIs), RFC 8554 and RFC 9708 (HSS/LMS), semver.org 2.0.0.\n"                           \
    ".Sh CAVEATS\nThe device is emulated: its memories are files, and whoever can write the files can write the "      \
    "memories.\n"                                                                                                      \
    ".Pp\nSignatures by key files are made by OpenSSL in this process; keys in tokens and\n.Fl \\-to-be-signed\n"      \
    "keep the private key out of it.\n"

#endif
