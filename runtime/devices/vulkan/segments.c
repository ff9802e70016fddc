#include "session.h"

/* The task behind the row of tasks that starts with `task`, if they run on the host or not, as `on_host` says. */
static uint32_t skip_tasks(const edgecc_program *program, uint32_t task, bool on_host) {
  while (task < program->num_tasks && (program->tasks[task].kernel == EDGECC_ON_HOST) == on_host)
    ++task;
  return task;
}

void edgecc_vk_count_segments(const edgecc_model *model, uint32_t *out_segments, uint32_t *out_transfers) {
  const edgecc_program *program = model->program;
  *out_segments = 0;
  *out_transfers = model->num_inputs + model->num_outputs;
  uint32_t task = 0;
  do {
    task = skip_tasks(program, skip_tasks(program, task, false), true);
    ++*out_segments;
  } while (task < program->num_tasks);

  for (task = 0; task < program->num_tasks; ++task) /* a range may be read and written, so it counts twice */
    if (program->tasks[task].kernel == EDGECC_ON_HOST)
      *out_transfers += 2 * program->tasks[task].num_operands;
}

/* Adds [begin, end) of a space to the transfers from `first` on. No two of these touch each other before or after, so
 * that what the new range takes in makes it touch no others. */
static void add_transfer(edgecc_vulkan *session, uint32_t first, uint32_t space, uint64_t begin, uint64_t end) {
  edgecc_vk_transfer *list = session->transfers;
  if (begin == end)
    return;
  for (uint32_t i = first; i < session->num_transfers;) {
    if (list[i].space != space || list[i].begin_bytes > end || list[i].end_bytes < begin) {
      ++i;
      continue;
    }
    if (list[i].begin_bytes < begin)
      begin = list[i].begin_bytes;
    if (list[i].end_bytes > end)
      end = list[i].end_bytes;
    list[i] = list[--session->num_transfers];
  }
  list[session->num_transfers++] = (edgecc_vk_transfer){space, begin, end};
}

static void add_spaces(edgecc_vulkan *session, uint32_t first, uint32_t space, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i)
    add_transfer(session, first, space + i, 0, session->spaces[space + i].bytes);
}

/* Adds what the host tasks of a segment read or write of the outputs and the arena; the host has the rest. */
static void add_operands(edgecc_vulkan *session, uint32_t first, const edgecc_vk_segment *segment, uint32_t access) {
  for (uint32_t task = segment->first_host_task; task < segment->end_task; ++task)
    for (uint32_t i = 0; i < session->program->tasks[task].num_operands; ++i) {
      const edgecc_operand *operand = &session->program->tasks[task].operands[i];
      bool shared = operand->space == EDGECC_SPACE_OUTPUT || operand->space == EDGECC_SPACE_ARENA;
      if (shared && (operand->access & access) != 0)
        add_transfer(session, first, edgecc_vk_space_index(session->model, operand), operand->begin_bytes,
                     operand->begin_bytes + operand->size_bytes);
    }
}

void edgecc_vk_plan_segments(edgecc_vulkan *session) {
  const edgecc_program *program = session->program;
  uint32_t task = 0;
  session->num_transfers = 0;
  session->num_ticks = 0;
  for (uint32_t i = 0; i < session->num_segments; ++i) {
    edgecc_vk_segment *segment = &session->segments[i];
    segment->first_task = task;
    segment->first_host_task = skip_tasks(program, task, false);
    segment->end_task = task = skip_tasks(program, segment->first_host_task, true);
    segment->first_tick = session->num_ticks;
    session->num_ticks += segment->first_host_task - segment->first_task + 1;

    segment->first_upload = session->num_transfers;
    if (i == 0)
      add_spaces(session, segment->first_upload, 0, session->model->num_inputs);
    else
      add_operands(session, segment->first_upload, segment - 1, EDGECC_WRITES);

    segment->first_download = session->num_transfers;
    add_operands(session, segment->first_download, segment, EDGECC_READS);
    if (i + 1 == session->num_segments)
      add_spaces(session, segment->first_download, session->model->num_inputs, session->model->num_outputs);
    segment->end_transfer = session->num_transfers;
  }
}
