// The parts of `convert-edge-to-linalg`: its type converter and its patterns by operator family.
#ifndef EDGECC_PASSES_CONVERSION_EDGETOLINALG_EDGETOLINALG_H
#define EDGECC_PASSES_CONVERSION_EDGETOLINALG_EDGETOLINALG_H

#include "mlir/Transforms/DialectConversion.h"

namespace edgecc::edge_to_linalg {

/// i1 tensors become i8 tensors that hold 0 or 1, unsigned integers become signless; all else stays.
/// Patterns see the original types on the op and the converted values in the adaptor, so signedness is asked of the op.
class EdgeTypeConverter : public mlir::TypeConverter {
public:
  EdgeTypeConverter();
};

/// Functions, calls, scf ops and the tensor ops around them follow the type converter.
void populateTypeConversion(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns,
                            mlir::ConversionTarget &target);

void populateConstants(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateElementwise(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateShapes(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateMovement(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateReductions(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateContractions(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateWindows(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateConvTranspose(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateResize(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateGather(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateScans(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateRecurrent(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);

} // namespace edgecc::edge_to_linalg

#endif
