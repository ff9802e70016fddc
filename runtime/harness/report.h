/* What the harness prints: one line of JSON for each thing asked for. */
#ifndef EDGECC_HARNESS_REPORT_H
#define EDGECC_HARNESS_REPORT_H

#include "edgecc/frame.h"
#include "edgecc/model.h"

#include <stddef.h>

/* {"name": ..., "inputs": [...], "outputs": [...], "steps": [...], ...}; "frame" only where `stage` is no NULL. */
void print_description(const edgecc_model *model, const edgecc_frame_stage *stage);

/* {"repeat": R, "threads": N, "min_us": ..., "median_us": ..., "p95_us": ...}; sorts the times. */
void print_times(double *times_us, size_t count, unsigned threads);

/* Steps `begin` to `end` - 1, whose time was taken together. */
typedef struct step_range {
  uint32_t begin, end;
} step_range;

/* {"repeat": R, "threads": N, "steps": [{"name": ..., "op": ..., "macs": ..., "bytes": ..., "median_us": ...}, ...]},
 * an entry for each range, with the names of its steps joined and their numbers summed.
 * times_us holds `repeat` times of range 0, then of range 1 and so on; sorts them. */
void print_profile(const edgecc_model *model, const step_range *ranges, size_t num_ranges, double *times_us,
                   size_t repeat, unsigned threads);

#endif
