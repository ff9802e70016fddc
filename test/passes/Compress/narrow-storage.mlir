// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-narrow-storage))' | FileCheck %s
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-narrow-storage{type=bf16 values=false float-layers=act}))' | FileCheck %s --check-prefix=OPTIONS
// RUN: not edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-narrow-storage{type=f8}))' 2>&1 | FileCheck %s --check-prefix=TYPE
// RUN: not edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-narrow-storage{float-layers=none}))' 2>&1 | FileCheck %s --check-prefix=NAME

// The model asks for narrow storage, which comes when layers are kernels.
// CHECK: func.func @model{{.*}} attributes {edge.narrow_storage = {element = f16, float_layers = [], values = true}}
// OPTIONS: edge.narrow_storage = {element = bf16, float_layers = ["act"], values = false}
// TYPE: type is 'f8', expected f16 or bf16
// NAME: float-layers: there is no layer 'none'
func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = edge.relu %x : tensor<2xf32> -> tensor<2xf32> loc("act")
  return %0 : tensor<2xf32>
}
