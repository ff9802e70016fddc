/* What the device libraries share of runs on camera frames. */
#ifndef EDGECC_SRC_FRAME_INPUTS_H
#define EDGECC_SRC_FRAME_INPUTS_H

#include "message.h"

#include "edgecc/frame.h"
#include "edgecc/model.h"
#include "edgecc/status.h"

/* Lists the inputs of a run on `frame` in `out_inputs`: NULL for the first, then the caller's others. Returns
 * EDGECC_OK, or EDGECC_BAD_ARGUMENT with a message if one is missing or the frame is not as `stage` wants it. */
edgecc_status edgecc_list_frame_inputs(const edgecc_model *model, const edgecc_frame_stage *stage,
                                       const edgecc_frame *frame, const void *const *inputs, const void **out_inputs,
                                       const edgecc_message *message);

/* Makes the model's first input of a frame that was found good, behind the model's own part of `arena`; out_inputs[0]
 * is that tensor then. */
edgecc_status edgecc_make_first_input(const edgecc_model *model, const edgecc_frame_stage *stage,
                                      const edgecc_frame *frame, void *arena, const void **out_inputs,
                                      const edgecc_message *message);

#endif
