/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "cli/suit_names.h"
#include "cli/print_suit.h"

struct name {
    int32_t key;
    const char *name;
};

static const struct name members[] = {{1, "version"},        {2, "sequence-number"},
                                      {3, "common"},         {4, "reference-uri"},
                                      {5, "component-id"},   {7, "validate"},
                                      {8, "load"},           {9, "invoke"},
                                      {13, "coswid"},        {15, "dependency-resolution"},
                                      {16, "payload-fetch"}, {18, "candidate-verification"},
                                      {20, "install"},       {23, "text"},
                                      {24, "uninstall"}};

static const struct name commands[] = {{1, "condition-vendor-identifier"},
                                       {2, "condition-class-identifier"},
                                       {3, "condition-image-match"},
                                       {4, "condition-use-before"},
                                       {5, "condition-component-slot"},
                                       {6, "condition-check-content"},
                                       {7, "condition-dependency-integrity"},
                                       {8, "condition-is-dependency"},
                                       {11, "directive-process-dependency"},
                                       {12, "directive-set-component-index"},
                                       {14, "condition-abort"},
                                       {15, "directive-try-each"},
                                       {18, "directive-write"},
                                       {19, "directive-set-parameters"},
                                       {20, "directive-override-parameters"},
                                       {21, "directive-fetch"},
                                       {22, "directive-copy"},
                                       {23, "directive-invoke"},
                                       {24, "condition-device-identifier"},
                                       {25, "condition-image-not-match"},
                                       {26, "condition-minimum-battery"},
                                       {27, "condition-update-authorized"},
                                       {28, "condition-version"},
                                       {29, "directive-wait"},
                                       {31, "directive-swap"},
                                       {32, "directive-run-sequence"},
                                       {33, "directive-unlink"}};

static const struct name parameters[] = {{1, "vendor-identifier"},
                                         {2, "class-identifier"},
                                         {3, "image-digest"},
                                         {4, "use-before"},
                                         {5, "component-slot"},
                                         {12, "strict-order"},
                                         {13, "soft-failure"},
                                         {14, "image-size"},
                                         {18, "content"},
                                         {19, "encryption-info"},
                                         {21, "uri"},
                                         {22, "source-component"},
                                         {23, "invoke-args"},
                                         {24, "device-identifier"},
                                         {25, "fetch-arguments"},
                                         {26, "minimum-battery"},
                                         {27, "update-priority"},
                                         {28, "version"},
                                         {29, "wait-info"},
                                         {30, "uri-list"}};

static const struct name manifest_texts[] = {
    {1, "manifest-description"}, {2, "update-description"}, {3, "manifest-json-source"}, {4, "manifest-yaml-source"}};

static const struct name component_texts[] = {{1, "vendor-name"},           {2, "model-name"},
                                              {3, "vendor-domain"},         {4, "model-info"},
                                              {5, "component-description"}, {6, "component-version"}};

static const struct name algorithms[] = {{-7, "ES256"},  {-9, "ESP256"}, {-8, "EdDSA"},   {-19, "Ed25519"},
                                         {-35, "ES384"}, {-36, "ES512"}, {-46, "HSS-LMS"}};

#define FIND(table, key) find(table, sizeof(table) / sizeof((table)[0]), key)

static const char *find(const struct name *table, size_t n, int32_t key) {
    for (size_t i = 0; i < n; i++) {
        if (table[i].key == key)
            return table[i].name;
    }
    return NULL;
}

const char *cli_suit_member_name(int32_t key) {
    return FIND(members, key);
}

const char *cli_suit_command_name(int32_t key) {
    return FIND(commands, key);
}

const char *cli_suit_parameter_name(int32_t key) {
    return FIND(parameters, key);
}

const char *cli_suit_text_name(int component, int32_t key) {
    return component ? FIND(component_texts, key) : FIND(manifest_texts, key);
}

const char *cli_cose_alg_name(int32_t alg) {
    return FIND(algorithms, alg);
}
