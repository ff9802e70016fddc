// Lowering of conv_transpose, max_pool and avg_pool.
#include "dialects/Edge/EdgeOps.h"
#include "passes/Conversion/EdgeToLinalg/EdgeToLinalg.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"
#include "passes/Conversion/EdgeToLinalg/ScalarMath.h"

using namespace mlir;
using namespace edgecc::edge;

namespace edgecc::edge_to_linalg {

void populateWindows(const TypeConverter &types, RewritePatternSet &patterns) {}

} // namespace edgecc::edge_to_linalg
