// Kernels become loops under the designs that the exploration chose; see Passes.h.
#include "dialects/Hls/HlsDialect.h"
#include "targets/hls/EmitDesign.h"
#include "targets/hls/Passes.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

/// What the report says of a kernel.
static DictionaryAttr report(const kernel::KernelNest &nest, const Design &design, const Cost &cost) {
  Builder builder(nest.kernel.getContext());
  SmallVector<NamedAttribute> fields;
  auto number = [&](StringRef name, int64_t value) {
    fields.push_back(builder.getNamedAttr(name, builder.getI64IntegerAttr(value)));
  };
  auto text = [&](StringRef name, const Twine &value) {
    fields.push_back(builder.getNamedAttr(name, builder.getStringAttr(value)));
  };
  number("latency", cost.latency);
  number("unpipelined", cost.unpipelined);
  number("issued", cost.issued());
  number("entries", cost.entries);
  number("trips", cost.main.trips);
  number("ii", cost.main.ii);
  number("depth", cost.main.depth);
  text("reason", cost.main.reason);
  number("dsp", cost.resources.dsp);
  number("bram", cost.resources.bram);
  number("lut", cost.resources.lut);
  number("ff", cost.resources.ff);
  number("multipliers", cost.multipliers);
  number("multiplier_dsp", cost.multiplierDsp);
  std::string order, unrolled;
  auto list = [&](ArrayRef<unsigned> loops) {
    for (unsigned loop : loops) {
      order += (order.empty() ? "" : " ") + nest.loops[loop].name;
      if (design.unroll[loop] > 1)
        unrolled += (unrolled.empty() ? "" : " ") + nest.loops[loop].name + " x " + std::to_string(design.unroll[loop]);
    }
  };
  list(design.outer());
  list(design.reductions);
  list(design.inner());
  text("order", order);
  text("unrolled", unrolled);
  number("sums", cost.sums);
  return builder.getDictionaryAttr(fields);
}

/// The clock that the exploration counted with.
static Clock clockOf(kernel::ComputeOp kernel) {
  auto plan = kernel->getParentOfType<func::FuncOp>()->getAttrOfType<DictionaryAttr>(planName);
  if (!plan)
    return {};
  const Part *part = cantFail(findPart(plan.getAs<StringAttr>("part")));
  return {static_cast<unsigned>(plan.getAs<IntegerAttr>("mhz").getInt()), part->delay};
}

kernel::NestPlanner edgecc::hls::designPlanner() {
  return [](const kernel::KernelNest &nest, llvm::function_ref<bool(unsigned)> isConstant) {
    auto chosen = nest.kernel->getAttrOfType<DictionaryAttr>(designName);
    Design design = chosen ? fromAttribute(chosen) : plainDesign(nest);
    auto outside = nest.kernel->getAttrOfType<DenseBoolArrayAttr>(outsideName);
    auto streams = nest.kernel->getAttrOfType<DenseI64ArrayAttr>(streamsName);
    Cost cost = costOf(nest, design, clockOf(nest.kernel),
                       {isConstant, [&](unsigned operand) { return outside && outside[operand]; },
                        [&](unsigned operand) { return streams && streams[operand] > 0; }});
    kernel::NestPlan plan;
    for (unsigned index = 0; index < nest.main.accesses.size(); ++index)
      if (isPacked(nest, design, index, isConstant))
        plan.packed.push_back({nest.main.accesses[index]->operand, layoutOf(nest, design, index)});
    plan.emit = [&nest, design, cost, outside, streams, isConstant](OpBuilder &builder,
                                                                    ArrayRef<kernel::FlatBuffer> operands) {
      emitDesign(builder, nest, design, cost, operands, isConstant);
      auto function = cast<func::FuncOp>(builder.getInsertionBlock()->getParentOp());
      function->setAttr(reportName, report(nest, design, cost));
      if (auto layer = nest.kernel->getAttr(layerName))
        function->setAttr(layerName, layer);
      for (auto [operand, banks] : llvm::enumerate(cost.banks)) {
        if (streams && streams[operand] > 0) {
          function.setArgAttr(2 * operand, streamsName, builder.getI64IntegerAttr(streams[operand]));
          if (int64_t left = cost.streams.left[operand])
            function.setArgAttr(2 * operand, leftName, builder.getI64IntegerAttr(left));
        } else if (outside && outside[operand])
          function.setArgAttr(2 * operand, outsideName, builder.getUnitAttr());
        else if (banks > 1)
          function.setArgAttr(2 * operand, partitionName, PartitionAttr::get(builder.getContext(), banks));
      }
    };
    return plan;
  };
}
