// Lowering of reduce and softmax.
#include "dialects/Edge/EdgeOps.h"
#include "passes/Conversion/EdgeToLinalg/EdgeToLinalg.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"
#include "passes/Conversion/EdgeToLinalg/ScalarMath.h"

using namespace mlir;
using namespace edgecc::edge;

namespace edgecc::edge_to_linalg {

void populateReductions(const TypeConverter &types, RewritePatternSet &patterns) {}

} // namespace edgecc::edge_to_linalg
