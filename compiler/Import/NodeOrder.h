// The nodes of a graph that its outputs need, each after those it reads.
#ifndef EDGECC_COMPILER_IMPORT_NODEORDER_H
#define EDGECC_COMPILER_IMPORT_NODEORDER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <onnx/onnx_pb.h>

namespace edgecc::import {

using NodeList = google::protobuf::RepeatedPtrField<onnx::NodeProto>;

/// The name of a node for people: its own, else that of its first output, else its operator.
llvm::StringRef displayName(const onnx::NodeProto &node);

/// Those of `nodes` that `outputs` depend on, sorted so that values are defined before they are used and otherwise in
/// the model's order. Fails when two nodes define one name or nodes depend on each other in a circle.
llvm::Expected<llvm::SmallVector<const onnx::NodeProto *>> orderNodes(const NodeList &nodes,
                                                                      llvm::ArrayRef<llvm::StringRef> outputs);

} // namespace edgecc::import

#endif
