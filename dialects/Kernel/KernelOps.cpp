// Verification, assembly and memory effects of `kernel` operations.
#include "dialects/Kernel/KernelOps.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace edgecc::kernel;

#include "dialects/Kernel/KernelDialect.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/Kernel/KernelOps.cpp.inc"

void KernelDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Kernel/KernelOps.cpp.inc"
      >();
}

static bool sameShaped(Type operand, Type tensor) {
  auto a = dyn_cast<ShapedType>(operand), b = dyn_cast<ShapedType>(tensor);
  return a && b && a.getElementType() == b.getElementType() && a.getShape() == b.getShape();
}

LogicalResult ComputeOp::verify() {
  Block *body = getBodyBlock();
  if (body->getNumArguments() != getNumOperands())
    return emitOpError("[C1] has ") << getNumOperands() << " operands but its body " << body->getNumArguments()
                                    << " arguments";
  for (auto [operand, argument] : llvm::zip_equal(getOperands(), body->getArguments()))
    if (!sameShaped(operand.getType(), argument.getType()))
      return emitOpError("[C1] operand ")
             << operand.getType() << " does not match body argument " << argument.getType();
  Operation *yield = body->getTerminator();
  if (yield->getNumOperands() != getOutputs().size())
    return emitOpError("[C1] yields ") << yield->getNumOperands() << " values for " << getOutputs().size()
                                       << " outputs";
  for (auto [output, value] : llvm::zip_equal(getOutputs(), yield->getOperands()))
    if (!sameShaped(output.getType(), value.getType()))
      return emitOpError("[C1] yields ") << value.getType() << " for output " << output.getType();
  bool onTensors = llvm::all_of(getOperandTypes(), [](Type type) { return isa<TensorType>(type); });
  bool onBuffers = llvm::all_of(getOperandTypes(), [](Type type) { return isa<MemRefType>(type); });
  if (!onTensors && !onBuffers)
    return emitOpError("[C2] mixes tensors and buffers");
  if (getNumResults() != (onTensors ? getOutputs().size() : 0))
    return emitOpError("[C1] has ") << getNumResults() << " results for " << getOutputs().size() << " outputs";
  return success();
}

void ComputeOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  if (!hasBuffers())
    return;
  for (OpOperand &input : getInputsMutable())
    effects.emplace_back(MemoryEffects::Read::get(), &input);
  for (auto [index, output] : llvm::enumerate(getOutputsMutable())) {
    if (!getBodyBlock()->getArgument(getInputs().size() + index).use_empty())
      effects.emplace_back(MemoryEffects::Read::get(), &output);
    effects.emplace_back(MemoryEffects::Write::get(), &output);
  }
}

LogicalResult DotOp::verify() {
  int64_t lanes = getAccumulator().getType().getNumElements(), group = getGroup().getType().getNumElements();
  if (getWeights().getType().getNumElements() != lanes * group)
    return emitOpError("[C1] has ") << getWeights().getType().getNumElements() << " weights for " << lanes
                                    << " lanes and groups of " << group;
  return success();
}

// kernel.compute ins(%a, %b : ...) outs(%o : ...) attr-dict -> types { region }
void ComputeOp::print(OpAsmPrinter &p) {
  auto group = [&](StringRef name, ValueRange values) {
    p << ' ' << name << '(';
    if (!values.empty())
      p << values << " : " << values.getTypes();
    p << ')';
  };
  group("ins", getInputs());
  group("outs", getOutputs());
  p.printOptionalAttrDictWithKeyword((*this)->getAttrs(), {"operandSegmentSizes"});
  if (getNumResults() != 0)
    p.printArrowTypeList(getResultTypes());
  p << ' ';
  p.printRegion(getBody());
}

ParseResult ComputeOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<int32_t> segments;
  auto group = [&](StringRef name) -> ParseResult {
    SmallVector<OpAsmParser::UnresolvedOperand> operands;
    SmallVector<Type> types;
    SMLoc loc = parser.getCurrentLocation();
    if (parser.parseKeyword(name) || parser.parseLParen())
      return failure();
    if (failed(parser.parseOptionalRParen()))
      if (parser.parseOperandList(operands) || parser.parseColonTypeList(types) || parser.parseRParen())
        return failure();
    segments.push_back(static_cast<int32_t>(operands.size()));
    return parser.resolveOperands(operands, types, loc, result.operands);
  };
  if (group("ins") || group("outs") || parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      parser.parseOptionalArrowTypeList(result.types) || parser.parseRegion(*result.addRegion()))
    return failure();
  result.getOrAddProperties<ComputeOp::Properties>().operandSegmentSizes = {segments[0], segments[1]};
  return success();
}
