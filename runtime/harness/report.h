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

/* {"repeat": R, "threads": N, "steps": [{"name": ..., "op": ..., "macs": ..., "bytes": ..., "median_us": ...}, ...]}
 * times_us holds `repeat` times of step 0, then of step 1 and so on; sorts them. */
void print_profile(const edgecc_model *model, double *times_us, size_t repeat, unsigned threads);

#endif
