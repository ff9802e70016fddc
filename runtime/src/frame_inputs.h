/* What the device libraries share of runs on camera frames. */
#ifndef EDGECC_SRC_FRAME_INPUTS_H
#define EDGECC_SRC_FRAME_INPUTS_H

#include "message.h"

#include "edgecc/frame.h"
#include "edgecc/model.h"
#include "edgecc/status.h"

/* Makes the model's first input of `frame`, behind the model's own part of `arena`, and lists all inputs in
 * `out_inputs`: that tensor, then the caller's others. Returns EDGECC_OK, or EDGECC_BAD_ARGUMENT with a message. */
edgecc_status edgecc_make_frame_inputs(const edgecc_model *model, const edgecc_frame_stage *stage,
                                       const edgecc_frame *frame, const void *const *inputs, void *arena,
                                       const void **out_inputs, const edgecc_message *message);

#endif
