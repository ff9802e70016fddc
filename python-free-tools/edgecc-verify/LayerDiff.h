// Which tensor inside a model goes wrong first.
#ifndef EDGECC_TOOLS_VERIFY_LAYERDIFF_H
#define EDGECC_TOOLS_VERIFY_LAYERDIFF_H

#include "python-free-tools/common/CaseRunner.h"

namespace edgecc::tools {

// Compiles the model of the runner's last run twice with all node outputs kept, optimised and with -O0, runs both and
// says in one line which tensor differs first in graph order, or why that cannot be said.
std::string findFirstDifference(const CaseRunner &runner, const OnnxModel &model, const ReferenceSet &set,
                                const Tolerance &tolerance);

} // namespace edgecc::tools

#endif
