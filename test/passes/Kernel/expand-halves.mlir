// Activations of 16-bit floats: widened to the stack, a vector at once, for the rows of a tile, so that sums read f32.
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(tensor-form-kernels),memory-bufferize,func.func(memory-plan-arena),kernel-expand{vector-bits=256 registers=16 stage-halves=true},canonicalize,cse)' | FileCheck %s
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(tensor-form-kernels),memory-bufferize,func.func(memory-plan-arena),kernel-expand{vector-bits=256 registers=16},canonicalize,cse)' | FileCheck %s --check-prefix=DIRECT

// Six rows of 68 are widened, the last four of each with the four before them; the sums widen weights alone.
// CHECK-LABEL: func.func private @staged_k0
// CHECK: %[[STAGE:.*]] = memref.alloca() {alignment = 64 : i64} : memref<408xf32>
// CHECK: scf.for
// CHECK-COUNT-6: vector.store {{.*}}, %[[STAGE]][{{.*}}] : memref<408xf32>, vector<8xf32>
// CHECK: }
// CHECK-COUNT-6: vector.store {{.*}}, %[[STAGE]][{{.*}}] : memref<408xf32>, vector<8xf32>
// CHECK: scf.for {{.*}} iter_args
// CHECK: arith.extf {{.*}} : vector<8xf16> to vector<8xf32>
// CHECK: memref.load %[[STAGE]]
// CHECK-NOT: arith.extf {{.*}} : f16 to f32
// CHECK-LABEL: func.func @staged(
// DIRECT-LABEL: func.func private @staged_k0
// DIRECT-NOT: memref.alloca
// DIRECT: arith.extf {{.*}} : f16 to f32
// DIRECT-LABEL: func.func @staged(
func.func @staged(%x: tensor<18x68xf16>, %w: tensor<68x16xf16>) -> tensor<18x16xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<18x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<18x16xf32>) -> tensor<18x16xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<18x68xf16>, tensor<68x16xf16>) outs(%init : tensor<18x16xf32>) -> tensor<18x16xf32>
  return %0 : tensor<18x16xf32>
}

// Rows too long for the stack are read as they are.
// CHECK-LABEL: func.func private @long_k
// CHECK-NOT: memref.alloca
// CHECK-LABEL: func.func @long(
func.func @long(%x: tensor<18x4096xf16>, %w: tensor<4096x16xf16>) -> tensor<18x16xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<18x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<18x16xf32>) -> tensor<18x16xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<18x4096xf16>, tensor<4096x16xf16>) outs(%init : tensor<18x16xf32>) -> tensor<18x16xf32>
  return %0 : tensor<18x16xf32>
}
