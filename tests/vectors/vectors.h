/* SPDX-License-Identifier: Apache-2.0 */
/* vectors.h - where vectors that others made are found, and what a test says that can't find them. */
#ifndef PRM_TESTS_VECTORS_H
#define PRM_TESTS_VECTORS_H

#include "tests/unit/unit.h"

#include <jansson.h>

/* The path of a file or folder among the vectors: PRM_VECTORS in the environment, else ../shared/vectors. */
static inline const char *vectors_path(const char *name, char path[512]) {
    const char *dir = getenv("PRM_VECTORS");

    snprintf(path, 512, "%s/%s", dir != NULL && *dir != '\0' ? dir : PRM_SOURCE_DIR "/../shared/vectors", name);
    return path;
}

/* 1 if a file is among the vectors. */
static inline int vectors_here(const char *name) {
    char path[512];
    FILE *f = fopen(vectors_path(name, path), "r");

    if (f != NULL)
        fclose(f);
    return f != NULL;
}

/* Ends the running case as skipped, if the vectors aren't there; tests/run.sh counts and names it. */
static inline void vectors_need(const char *name) {
    char path[512];

    if (!vectors_here(name)) {
        print_message("skipped: no %s\n", vectors_path(name, path));
        skip();
    }
}

/* A JSON file that must be there. */
static inline json_t *vectors_json(const char *name) {
    char path[512];
    json_error_t error;
    json_t *root = json_load_file(vectors_path(name, path), 0, &error);

    if (root == NULL)
        fail_msg("%s: %s", path, error.text);
    return root;
}

/* A string at a path of object keys; fails the test if it isn't there. */
static inline const char *vectors_string(const json_t *object, const char *key) {
    const char *s = json_string_value(json_object_get(object, key));

    if (s == NULL)
        fail_msg("no string \"%s\"", key);
    return s;
}

#endif
