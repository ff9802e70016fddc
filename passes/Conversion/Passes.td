// The lowerings from one dialect to the next.
#ifndef EDGECC_PASSES_CONVERSION_PASSES_TD
#define EDGECC_PASSES_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertEdgeToLinalg : Pass<"convert-edge-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Lower every layer to linalg, tensor, arith, math and scf";
  let description = [{
    Computation becomes `linalg.generic` over output dimensions, then reduction dimensions; data movement becomes
    `tensor` ops. Booleans become `i8` tensors of 0 and 1, unsigned integers become signless; function signatures and
    `scf` ops follow. Broadcasts live in the indexing maps of their readers, and map results are linear in the loop
    dimensions.

    ```mlir
    %0 = edge.add %a, %b : tensor<4x8xf32>, tensor<8xf32> -> tensor<4x8xf32>
    // becomes
    %e = tensor.empty() : tensor<4x8xf32>
    %0 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>,
                                          affine_map<(d0, d1) -> (d0, d1)>],
                         iterator_types = ["parallel", "parallel"]} ins(%a, %b : ...) outs(%e : ...) {...}
    ```

    Needs static shapes. An edge op that is left has no lowering, which is an error.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"];
}

#endif
