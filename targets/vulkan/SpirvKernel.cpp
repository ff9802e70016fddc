// SPIR-V modules; see SpirvKernel.h.
#include "targets/vulkan/SpirvKernel.h"

#include "mlir/Conversion/ArithToSPIRV/ArithToSPIRV.h"
#include "mlir/Conversion/FuncToSPIRV/FuncToSPIRV.h"
#include "mlir/Conversion/MathToSPIRV/MathToSPIRV.h"
#include "mlir/Conversion/MemRefToSPIRV/MemRefToSPIRV.h"
#include "mlir/Conversion/SCFToSPIRV/SCFToSPIRV.h"
#include "mlir/Conversion/VectorToSPIRV/VectorToSPIRV.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVDialect.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"
#include "mlir/Dialect/SPIRV/IR/TargetAndABI.h"
#include "mlir/Dialect/SPIRV/Transforms/Passes.h"
#include "mlir/Dialect/SPIRV/Transforms/SPIRVConversion.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/SPIRV/Serialization.h"
#include "mlir/Transforms/DialectConversion.h"

using namespace mlir;
using namespace edgecc;

namespace {

/// Push constants that every device has room for: 128 bytes, one int for each operand.
constexpr unsigned maxOperands = 32;

/// Vulkan 1.1 with the features of edgecc/device.h, of which a module asks for those that it uses.
spirv::TargetEnvAttr targetEnv(MLIRContext *context) {
  using spirv::Capability;
  using spirv::Extension;
  Capability capabilities[] = {Capability::Shader,
                               Capability::Int8,
                               Capability::Int16,
                               Capability::Int64,
                               Capability::Float16,
                               Capability::Float64,
                               Capability::StorageBuffer8BitAccess,
                               Capability::StorageBuffer16BitAccess};
  Extension extensions[] = {Extension::SPV_KHR_storage_buffer_storage_class, Extension::SPV_KHR_8bit_storage,
                            Extension::SPV_KHR_16bit_storage};
  return spirv::TargetEnvAttr::get(spirv::VerCapExtAttr::get(spirv::Version::V_1_3, capabilities, extensions, context),
                                   spirv::getDefaultResourceLimits(context), spirv::ClientAPI::Vulkan,
                                   spirv::Vendor::Unknown, spirv::DeviceType::Unknown,
                                   spirv::TargetEnvAttr::kUnknownDeviceID);
}

class KernelBuilder {
public:
  KernelBuilder(func::FuncOp original, StringRef name, std::array<uint32_t, 3> group)
      : context(original.getContext()), loc(original.getLoc()), name(name), group(group),
        grid(original->getAttrOfType<DenseI64ArrayAttr>("edge.grid").asArrayRef()),
        module(ModuleOp::create(original.getLoc())) {
    module->getOperation()->setAttr(spirv::getTargetEnvAttrName(), targetEnv(context));
    OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
    kernel = cast<func::FuncOp>(builder.clone(*original));
    kernel.setPublic();
    kernel.setSymName(name);
    for (StringRef attribute : {"edge.operands", "edge.grid"})
      kernel->removeAttr(attribute);
    noteAccesses();
  }

  FailureOr<std::vector<uint32_t>> build() {
    vulkan::prepareForSpirv(kernel);
    guardItems();
    moveToStorageBuffers();
    if (failed(convert()))
      return failure();
    spirv::ModuleOp spirvModule = wrap(*module->getOps<spirv::FuncOp>().begin());
    PassManager passes(context);
    passes.nest<spirv::ModuleOp>().addPass(spirv::createSPIRVUpdateVCEPass());
    if (failed(passes.run(*module)))
      return failure();
    SmallVector<uint32_t, 0> words;
    if (failed(spirv::serialize(spirvModule, words)))
      return failure();
    return std::vector<uint32_t>(words.begin(), words.end());
  }

private:
  void noteAccesses() {
    for (BlockArgument argument : kernel.getArguments())
      if (isa<MemRefType>(argument.getType()))
        isWritten.push_back(llvm::any_of(argument.getUsers(), [](Operation *user) {
          return isa<memref::StoreOp>(user) || user->getName().getStringRef() == "vector.store";
        }));
  }

  /// Groups are whole, grids need not be: items beyond the grid do nothing.
  void guardItems() {
    Block &block = kernel.front();
    OpBuilder builder(&block, block.begin());
    Value inside;
    for (unsigned dim = 0; dim < 3; ++dim) {
      if (grid[dim] % group[dim] == 0)
        continue;
      Value item = kernel.getArgument(kernel.getNumArguments() - 3 + dim);
      Value size = arith::ConstantIndexOp::create(builder, loc, grid[dim]);
      Value below = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, item, size);
      inside = inside ? arith::AndIOp::create(builder, loc, inside, below).getResult() : below;
    }
    if (!inside)
      return;
    auto branch = scf::IfOp::create(builder, loc, inside, /*withElseRegion=*/false);
    Operation *terminator = block.getTerminator();
    branch.thenBlock()->getOperations().splice(branch.thenBlock()->begin(), block.getOperations(),
                                               std::next(Block::iterator(branch)), Block::iterator(terminator));
  }

  /// Buffers of a length that the shader does not know: a binding holds an operand, and may begin before it.
  void moveToStorageBuffers() {
    auto space = spirv::StorageClassAttr::get(context, spirv::StorageClass::StorageBuffer);
    for (BlockArgument argument : kernel.getArguments())
      if (auto type = dyn_cast<MemRefType>(argument.getType()))
        argument.setType(MemRefType::get({ShapedType::kDynamic}, type.getElementType(), AffineMap(), space));
    kernel.setType(FunctionType::get(context, kernel.front().getArgumentTypes(), {}));
  }

  LogicalResult convert() {
    spirv::TargetEnvAttr environment = targetEnv(context);
    SPIRVConversionOptions options; // index is i32
    SPIRVTypeConverter types(environment, options);
    std::unique_ptr<SPIRVConversionTarget> target = SPIRVConversionTarget::get(environment);
    RewritePatternSet patterns(context);
    ScfToSPIRVContext scfContext;
    arith::populateArithToSPIRVPatterns(types, patterns);
    populateMathToSPIRVPatterns(types, patterns);
    populateMemRefToSPIRVPatterns(types, patterns);
    populateVectorToSPIRVPatterns(types, patterns);
    populateSCFToSPIRVPatterns(types, scfContext, patterns);
    populateFuncToSPIRVPatterns(types, patterns);
    populateBuiltinFuncToSPIRVPatterns(types, patterns);
    return applyFullConversion(kernel, *target, std::move(patterns));
  }

  /// A module around the function, whose parameters become variables.
  spirv::ModuleOp wrap(spirv::FuncOp function) {
    OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
    auto spirvModule =
        spirv::ModuleOp::create(builder, loc, spirv::AddressingModel::Logical, spirv::MemoryModel::GLSL450);
    function->moveBefore(spirvModule.getBody(), spirvModule.getBody()->begin());
    builder.setInsertionPointToStart(spirvModule.getBody());
    Type i32 = builder.getI32Type();
    unsigned operands = isWritten.size();
    Block &entry = function.front();
    OpBuilder body(&entry, entry.begin());

    SmallVector<Type> members(operands, i32);
    SmallVector<uint32_t> offsets;
    for (unsigned i = 0; i < operands; ++i)
      offsets.push_back(4 * i);
    Value begins;
    if (operands != 0)
      begins = addressOf(
          variable(builder, spirv::StructType::get(members, offsets), "begins", spirv::StorageClass::PushConstant),
          body);
    for (unsigned i = 0; i < operands; ++i) {
      BlockArgument buffer = function.getArgument(2 * i);
      auto global = spirv::GlobalVariableOp::create(builder, loc, buffer.getType(), "operand" + std::to_string(i),
                                                    /*descriptorSet=*/0, /*binding=*/i);
      // Two operands may be one buffer, in place.
      global->setAttr("aliased", builder.getUnitAttr());
      if (!isWritten[i])
        global->setAttr("non_writable", builder.getUnitAttr());
      buffer.replaceAllUsesWith(addressOf(global, body));
      BlockArgument begin = function.getArgument(2 * i + 1);
      if (!begin.use_empty())
        begin.replaceAllUsesWith(load(body, begins, i));
    }
    auto item = spirv::GlobalVariableOp::create(
        builder, loc, spirv::PointerType::get(VectorType::get({3}, i32), spirv::StorageClass::Input), "item",
        spirv::BuiltIn::GlobalInvocationId);
    Value place = spirv::LoadOp::create(body, loc, addressOf(item, body));
    for (unsigned dim = 0; dim < 3; ++dim)
      function.getArgument(2 * operands + dim)
          .replaceAllUsesWith(spirv::CompositeExtractOp::create(body, loc, place, ArrayRef<int32_t>{int32_t(dim)}));
    entry.eraseArguments(0, entry.getNumArguments());
    function.setType(builder.getFunctionType({}, {}));

    builder.setInsertionPointToEnd(spirvModule.getBody());
    spirv::EntryPointOp::create(builder, loc, spirv::ExecutionModel::GLCompute, function,
                                ArrayRef<Attribute>{SymbolRefAttr::get(item)});
    spirv::ExecutionModeOp::create(builder, loc, function, spirv::ExecutionMode::LocalSize,
                                   {int32_t(group[0]), int32_t(group[1]), int32_t(group[2])});
    return spirvModule;
  }

  spirv::GlobalVariableOp variable(OpBuilder &builder, Type type, StringRef symbol, spirv::StorageClass storage) {
    return spirv::GlobalVariableOp::create(builder, loc, TypeAttr::get(spirv::PointerType::get(type, storage)),
                                           builder.getStringAttr(symbol), FlatSymbolRefAttr());
  }

  Value addressOf(spirv::GlobalVariableOp global, OpBuilder &body) {
    return spirv::AddressOfOp::create(body, loc, global);
  }

  /// Member `index` of the push constants.
  Value load(OpBuilder &body, Value block, unsigned index) {
    Value member = spirv::ConstantOp::create(body, loc, body.getI32Type(), body.getI32IntegerAttr(index));
    return spirv::LoadOp::create(body, loc, spirv::AccessChainOp::create(body, loc, block, member));
  }

  MLIRContext *context;
  Location loc;
  StringRef name;
  std::array<uint32_t, 3> group;
  ArrayRef<int64_t> grid;
  OwningOpRef<ModuleOp> module;
  func::FuncOp kernel;
  SmallVector<bool> isWritten; ///< For each operand.
};

/// Why a kernel cannot run on the device whatever it computes; empty if it can.
std::string limitReason(func::FuncOp kernel, const device::DeviceLimits &limits) {
  unsigned operands = kernel->getAttrOfType<ArrayAttr>("edge.operands").size();
  if (operands > maxOperands)
    return "it has " + std::to_string(operands) + " operands, and the push constants take " +
           std::to_string(maxOperands);
  for (Type type : kernel.getArgumentTypes()) {
    auto buffer = dyn_cast<MemRefType>(type);
    if (!buffer)
      continue;
    int64_t bytes = buffer.getNumElements() * ((buffer.getElementTypeBitWidth() + 7) / 8);
    if (bytes > limits.maxStorageBytes)
      return "an operand has " + std::to_string(bytes) + " bytes, and a storage buffer of the device " +
             std::to_string(limits.maxStorageBytes);
  }
  return "";
}

/// SPIR-V has no bfloat16 here, and upstream's conversion would read floats in its place.
bool hasBFloat16(func::FuncOp kernel) {
  return kernel
      .walk([](Operation *op) {
        auto isIt = [](Type type) { return getElementTypeOrSelf(type).isBF16(); };
        bool found = llvm::any_of(op->getResultTypes(), isIt) || llvm::any_of(op->getOperandTypes(), isIt);
        return found ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// The functions of GLSL are for 16 and 32 bits.
bool hasFunctionsOfDouble(func::FuncOp kernel) {
  return kernel
      .walk([](Operation *op) {
        bool isFunction = isa_and_nonnull<math::MathDialect>(op->getDialect()) || isa<arith::RemFOp>(op);
        return isFunction && getElementTypeOrSelf(op->getResult(0).getType()).isF64() ? WalkResult::interrupt()
                                                                                      : WalkResult::advance();
      })
      .wasInterrupted();
}

} // namespace

device::MadeKernel edgecc::vulkan::makeSpirvKernel(func::FuncOp kernel, StringRef name,
                                                   const device::DeviceLimits &limits) {
  device::MadeKernel made;
  made.kernel.name = name.str();
  made.kernel.numOperands = kernel->getAttrOfType<ArrayAttr>("edge.operands").size();
  made.kernel.localSize = device::groupOf(kernel->getAttrOfType<DenseI64ArrayAttr>("edge.grid"), limits.maxGroupItems);
  made.reason = limitReason(kernel, limits);
  if (made.reason.empty() && hasBFloat16(kernel))
    made.reason = "it has bfloat16, which SPIR-V for Vulkan 1.1 has not";
  if (made.reason.empty() && hasFunctionsOfDouble(kernel))
    made.reason = "it has functions of float64, which GLSL.std.450 has not";
  if (!made.reason.empty())
    return made;
  ScopedDiagnosticHandler handler(kernel.getContext(), [&](Diagnostic &diagnostic) {
    if (made.reason.empty())
      made.reason = diagnostic.str();
    return success();
  });
  FailureOr<std::vector<uint32_t>> words = KernelBuilder(kernel, name, made.kernel.localSize).build();
  if (succeeded(words)) {
    made.kernel.spirv = std::move(*words);
    made.reason.clear();
  } else if (made.reason.empty()) {
    made.reason = "it has no form in SPIR-V";
  }
  return made;
}
