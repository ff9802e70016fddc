// The `edge` dialect and the base classes of its operations.
#ifndef EDGECC_DIALECTS_EDGE_EDGEBASE_TD
#define EDGECC_DIALECTS_EDGE_EDGEBASE_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Edge_Dialect : Dialect {
  let name = "edge";
  let cppNamespace = "::edgecc::edge";
  let summary = "Layers of a neural network on ranked, static tensors";
  let description = [{
    Some sixty operations with the semantics of ONNX. Image operators are channels last: an activation is
    (batch, spatial..., channels), a filter is (spatial..., input channels / group, output channels). Signed integers
    are signless `iN`, unsigned ones `uiN`, booleans `i1`. Shapes are static. RATIONALE.md says why the dialect exists.
  }];
  let hasConstantMaterializer = 1;
  let hasCanonicalizer = 1;
}

// Element types that an edge tensor may have.
def Edge_Tensor : StaticShapeTensorOf<[I1, I8, I16, I32, I64, UI8, UI16, UI32, UI64, F16, BF16, F32, F64]>;
def Edge_IndexTensor : StaticShapeTensorOf<[I32, I64]>;
def Edge_BoolTensor : StaticShapeTensorOf<[I1]>;

class Edge_Op<string mnemonic, list<Trait> traits = []> : Op<Edge_Dialect, mnemonic, !listconcat(traits, [Pure])>;

// An operation whose result types follow from its operands and attributes.
class Edge_InferredOp<string mnemonic, list<Trait> traits = []>
    : Edge_Op<mnemonic, !listconcat(traits, [DeclareOpInterfaceMethods<InferTypeOpInterface>])>;

#endif
