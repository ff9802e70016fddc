// A target to copy: docs/howto/add-a-target.md goes through it. It writes C with a dialect of its own.
#ifndef EDGECC_TARGETS_TEMPLATE_TEMPLATETARGET_H
#define EDGECC_TARGETS_TEMPLATE_TEMPLATETARGET_H

#include "targets/Target.h"

namespace edgecc::template_target {

llvm::Expected<std::unique_ptr<Target>> createTemplateTarget(const MachineOptions &machine);

} // namespace edgecc::template_target

#endif
