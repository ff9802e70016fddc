/* What the tests of edgecc/vulkan.h share: sessions with all that belongs to them, and runs compared with the CPU. */
#ifndef EDGECC_TEST_VULKAN_SESSION_H
#define EDGECC_TEST_VULKAN_SESSION_H

#include "VulkanNetwork.h"
#include "edgecc/vulkan.h"

extern int failures;

void expect(int condition, const char *what);

typedef struct opened {
  edgecc_vulkan *session;
  edgecc_status status;
  void *memory;
  char message[2000];
} opened;

/* Just with the validation layer. */
edgecc_vulkan_options default_options(void);

void open_session(opened *out, const edgecc_model *model, edgecc_vulkan_options options);

/* Closes it, whatever it has said, or expects that the validation layer has said nothing, to the end. */
void close_session(opened *of);
void close_quiet_session(opened *of);

enum { input_elements = 32, output_elements = 32, arena_elements = 64, weights_elements = 100 };

uint32_t random_below(uint32_t limit);
void fill(uint32_t *values, uint32_t count); /* with random numbers */

/* A network of these sizes without tasks, and one with tasks of all kinds. */
void make_word_network(network *out, const uint32_t *weights, uint64_t count);
void make_example(network *out, const uint32_t *weights);

/* Runs such a network with new inputs, and on the CPU, and expects the same outputs. */
void compare_run(edgecc_vulkan *session, const network *net);

/* Reads the only file of a folder; its size, or -1 if there is no file, or more than one. */
long read_only_file(const char *folder, char *out_path, size_t path_bytes, char *out, size_t out_bytes);
void write_file(const char *path, const char *data, size_t bytes);

/* Says why this machine cannot run the tests, and returns 77, or 0 if it can. */
int find_obstacle(void);

#endif
