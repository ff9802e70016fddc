/* The OpenCL library runs a program as the CPU runs its model, and keeps compiled kernels. Exit code 77: this machine
 * has no OpenCL driver.
 */
#include "OpenclSession.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void outputs_are_those_of_the_cpu(void) {
  edgecc_opencl *session = open_good(NULL);
  expect(strstr(edgecc_opencl_device_name(session), " / ") != NULL, "a device has a name");
  for (int seed = 0; seed < 4; ++seed)
    expect(agrees_with_cpu(session, seed), "each run gives what the CPU gives, and touches nothing else");
  double times_us[num_tasks];
  expect(edgecc_opencl_times(session, times_us, num_tasks) == EDGECC_BAD_ARGUMENT, "times have to be asked for");
  close_session(session);
}

static void times_are_measured(void) {
  edgecc_opencl_options options = plain_options();
  options.profile = 1;
  edgecc_opencl *session = open_good(&options);
  double times_us[num_tasks + 1] = {-1, -1, -1, -1, -1, -1, -1};
  expect(edgecc_opencl_times(session, times_us, num_tasks) == EDGECC_BAD_ARGUMENT, "no times before a run");
  expect(agrees_with_cpu(session, 0) && agrees_with_cpu(session, 1), "a session that measures runs");
  expect(edgecc_opencl_times(session, times_us, num_tasks - 1) == EDGECC_NO_SPACE, "all times have to fit");
  expect(edgecc_opencl_times(session, times_us, num_tasks + 1) == EDGECC_OK, "there are times after a run");
  double sum_us = 0;
  for (int i = 0; i < num_tasks; ++i) {
    expect(times_us[i] >= 0, "each task has a time");
    sum_us += times_us[i];
  }
  expect(sum_us > 0 && sum_us < 60e6, "the times are microseconds");
  expect(times_us[num_tasks] == -1, "what is beyond the tasks stays");
  expect(edgecc_opencl_run(session, NULL, NULL, NULL) == EDGECC_BAD_ARGUMENT &&
             edgecc_opencl_times(session, times_us, num_tasks) == EDGECC_BAD_ARGUMENT,
         "no times after a run that failed");
  close_session(session);
}

static void *run_often(void *session) {
  for (int i = 0; i < 50; ++i)
    if (!agrees_with_cpu((edgecc_opencl *)session, i))
      return "failed";
  return NULL;
}

static void sessions_run_at_the_same_time(void) {
  edgecc_opencl *first = open_good(NULL), *second = open_good(NULL);
  pthread_t thread;
  pthread_create(&thread, NULL, run_often, first);
  void *here = run_often(second), *there;
  pthread_join(thread, &there);
  expect(!here && !there, "two sessions in two threads do not disturb each other");
  close_session(first);
  close_session(second);
}

/* A model of device tasks only needs no arena on the host. */
static void arena_is_only_for_tasks_on_the_host(void) {
  edgecc_program first_two = program;
  edgecc_model changed = model;
  first_two.num_tasks = 2;
  changed.program = &first_two;
  edgecc_status status;
  edgecc_opencl *session = open_session(&changed, NULL, &status);
  tensors all;
  fill(&all, 0);
  const void *inputs[] = {all.x, NULL};
  void *outputs[] = {all.y, all.bytes, NULL};
  expect(edgecc_opencl_run(session, inputs, outputs, NULL) == EDGECC_OK, "the arena may be null");
  close_session(session);
}

/* A model whose tasks all run on the host has no text to compile. */
static void host_alone_can_run_a_model(void) {
  edgecc_task on_host[num_tasks];
  edgecc_operand everything[] = {{EDGECC_SPACE_ARENA, 0, 1, EDGECC_READS | EDGECC_WRITES, 0, arena_bytes},
                                 {EDGECC_SPACE_OUTPUT, 0, 1, EDGECC_READS | EDGECC_WRITES, 0, 32},
                                 {EDGECC_SPACE_OUTPUT, 1, 1, EDGECC_READS | EDGECC_WRITES, 0, 10}};
  for (uint32_t i = 0; i < num_tasks; ++i)
    on_host[i] = (edgecc_task){i, EDGECC_ON_HOST, 3, {1, 1, 1}, everything};
  edgecc_program changed_program = program;
  edgecc_model changed = model;
  changed_program.tasks = on_host;
  changed_program.num_kernels = 0;
  changed_program.source = NULL;
  changed_program.weights = NULL;
  changed_program.weights_bytes = 0;
  changed.program = &changed_program;
  edgecc_status status;
  edgecc_opencl *session = open_session(&changed, NULL, &status);
  tensors device, cpu;
  fill(&device, 2);
  fill(&cpu, 2);
  const void *inputs[] = {cpu.x, NULL};
  void *outputs[] = {cpu.y, cpu.bytes, NULL};
  model.run(inputs, outputs, cpu.arena, NULL);
  expect(session && run_session(session, &device) == EDGECC_OK && memcmp(device.y, cpu.y, sizeof cpu.y) == 0 &&
             memcmp(device.bytes, cpu.bytes, sizeof cpu.bytes) == 0,
         "steps on the host alone give what the CPU gives");
  close_session(session);
}

/* ---- The cache */

/* The number of files in the folder; *path becomes that of the last. */
static int find_file(const char *folder, char path[1024]) {
  int found = 0;
  DIR *directory = opendir(folder);
  for (struct dirent *entry; directory && (entry = readdir(directory));)
    if (entry->d_name[0] != '.') {
      snprintf(path, 1024, "%s/%s", folder, entry->d_name);
      found++;
    }
  if (directory)
    closedir(directory);
  return found;
}

/* A file that was replaced has another number: the old one still existed when the new one was made. */
static ino_t file_number(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 ? info.st_ino : 0;
}

/* Whether a session that uses the folder gives right results and leaves exactly one file there. */
static int works_with_cache(const char *folder) {
  edgecc_opencl_options options = plain_options();
  char path[1024];
  options.cache_folder = folder;
  edgecc_opencl *session = open_good(&options);
  int works = message[0] == 0 && agrees_with_cpu(session, 3) && find_file(folder, path) == 1;
  close_session(session);
  return works;
}

/* Changes byte `at_byte`, counted from the end if it is negative, or cuts the file to `keep` bytes. */
static void damage(const char *path, long at_byte, long keep) {
  if (keep >= 0) {
    expect(truncate(path, keep) == 0, "the file can be cut");
    return;
  }
  FILE *file = fopen(path, "r+b");
  fseek(file, at_byte, at_byte < 0 ? SEEK_END : SEEK_SET);
  int byte = fgetc(file);
  fseek(file, -1, SEEK_CUR);
  fputc(byte ^ 1, file);
  fclose(file);
}

static void compiled_kernels_are_kept(void) {
  char folder[] = "/tmp/edgecc-opencl-test-XXXXXX";
  char path[1024] = "";
  expect(mkdtemp(folder) != NULL, "there is a folder");
  expect(works_with_cache(folder), "the first session stores its kernels");
  expect(find_file(folder, path) == 1 && strstr(path, ".clbin") != NULL, "they are in a .clbin file");
  ino_t number = file_number(path);
  expect(works_with_cache(folder) && file_number(path) == number, "the next session takes them from there");

  /* Magic, source's length, device's name, binary; cut within the binary, within the header, to nothing. */
  const long changes[][2] = {{0, -1}, {8, -1}, {60, -1}, {-1, -1}, {0, 200}, {0, 20}, {0, 0}};
  for (size_t i = 0; i < sizeof changes / sizeof changes[0]; ++i) {
    damage(path, changes[i][0], changes[i][1]);
    number = file_number(path);
    expect(works_with_cache(folder) && file_number(path) != number, "a damaged file is replaced");
    number = file_number(path);
    expect(works_with_cache(folder) && file_number(path) == number, "the file in its place is taken");
  }
  unlink(path);
  rmdir(folder);

  edgecc_opencl_options options = plain_options();
  options.cache_folder = "/no/such/folder";
  edgecc_opencl *session = open_good(&options);
  expect(strstr(message, "note: ") && strstr(message, options.cache_folder), "a folder that is missing is told");
  close_session(session);
}

int main(void) {
  int obstacle = find_obstacle();
  if (obstacle)
    return obstacle;
  outputs_are_those_of_the_cpu();
  times_are_measured();
  sessions_run_at_the_same_time();
  arena_is_only_for_tasks_on_the_host();
  host_alone_can_run_a_model();
  compiled_kernels_are_kept();
  return failures != 0;
}
