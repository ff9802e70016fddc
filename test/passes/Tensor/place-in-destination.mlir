// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(tensor-form-kernels,tensor-place-in-destination))' | FileCheck %s

// Both halves of a concatenation are computed in their places; what is inserted is already there.
// CHECK-LABEL: @concatenation
// CHECK: %[[DEST:.*]] = tensor.empty() : tensor<8xf32>
// CHECK: %[[SLICE:.*]] = tensor.extract_slice %[[DEST]][0] [4] [1]
// CHECK: %[[FIRST:.*]] = kernel.compute {{.*}} outs(%[[SLICE]] :
// CHECK: %[[HALF:.*]] = tensor.insert_slice %[[FIRST]] into %[[DEST]][0] [4] [1]
// CHECK: %[[SLICE:.*]] = tensor.extract_slice %[[HALF]][4] [4] [1]
// CHECK: %[[SECOND:.*]] = kernel.compute {{.*}} outs(%[[SLICE]] :
// CHECK: %[[WHOLE:.*]] = tensor.insert_slice %[[SECOND]] into %[[HALF]][4] [4] [1]
// CHECK: return %[[WHOLE]]
func.func @concatenation(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %1 = linalg.exp ins(%y : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %d = tensor.empty() : tensor<8xf32>
  %2 = tensor.insert_slice %0 into %d[0] [4] [1] : tensor<4xf32> into tensor<8xf32>
  %3 = tensor.insert_slice %1 into %2[4] [4] [1] : tensor<4xf32> into tensor<8xf32>
  return %3 : tensor<8xf32>
}

// A padded tensor begins as a fill, which moves before the kernel that writes the middle.
// CHECK-LABEL: @padding
// CHECK: %[[ZEROS:.*]] = kernel.compute ins() outs(%{{.*}} : tensor<6xf32>)
// CHECK: %[[SLICE:.*]] = tensor.extract_slice %[[ZEROS]][1] [4] [1]
// CHECK: %[[MIDDLE:.*]] = kernel.compute {{.*}} outs(%[[SLICE]] : tensor<4xf32>)
// CHECK: tensor.insert_slice %[[MIDDLE]] into %[[ZEROS]][1] [4] [1]
func.func @padding(%x: tensor<4xf32>) -> tensor<6xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %d = tensor.empty() : tensor<6xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%d : tensor<6xf32>) -> tensor<6xf32>
  %1 = tensor.insert_slice %0 into %zeros[1] [4] [1] : tensor<4xf32> into tensor<6xf32>
  return %1 : tensor<6xf32>
}

// A tensor that is inserted twice is computed in its first place and copied to the second.
// CHECK-LABEL: @inserted_twice
// CHECK-COUNT-1: tensor.extract_slice
// CHECK-NOT: tensor.extract_slice
// CHECK-COUNT-2: tensor.insert_slice
func.func @inserted_twice(%x: tensor<4xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %d = tensor.empty() : tensor<8xf32>
  %1 = tensor.insert_slice %0 into %d[0] [4] [1] : tensor<4xf32> into tensor<8xf32>
  %2 = tensor.insert_slice %0 into %1[4] [4] [1] : tensor<4xf32> into tensor<8xf32>
  return %2 : tensor<8xf32>
}

// A destination that is computed is not ready before the kernel: its result is inserted as before.
// CHECK-LABEL: @computed_destination_is_kept
// CHECK-NOT: tensor.extract_slice
// CHECK: tensor.insert_slice
func.func @computed_destination_is_kept(%x: tensor<4xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %f = tensor.empty() : tensor<8xf32>
  %d = linalg.exp ins(%y : tensor<8xf32>) outs(%f : tensor<8xf32>) -> tensor<8xf32>
  %1 = tensor.insert_slice %0 into %d[2] [4] [1] : tensor<4xf32> into tensor<8xf32>
  return %1 : tensor<8xf32>
}

// Where slices overlap, the later insertion wins: their order is kept.
// CHECK-LABEL: @overlapping_slices_keep_their_order
// CHECK-DAG: %[[EXP:.*]] = kernel.compute ins(%arg0
// CHECK-DAG: %[[LOG:.*]] = kernel.compute ins(%arg1
// CHECK: %[[FIRST:.*]] = tensor.insert_slice %[[LOG]] into %{{.*}}[2] [4] [1]
// CHECK: tensor.insert_slice %[[EXP]] into %[[FIRST]][0] [4] [1]
func.func @overlapping_slices_keep_their_order(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<6xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %1 = linalg.log ins(%y : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %d = tensor.empty() : tensor<6xf32>
  %2 = tensor.insert_slice %1 into %d[2] [4] [1] : tensor<4xf32> into tensor<6xf32>
  %3 = tensor.insert_slice %0 into %2[0] [4] [1] : tensor<4xf32> into tensor<6xf32>
  return %3 : tensor<6xf32>
}

// Tensors that are padded alike share one fill in the beginning; each gets its own, which is cheaper than a copy.
// CHECK-LABEL: @padded_alike
// CHECK: %[[ZEROS:.*]] = kernel.compute ins() outs(
// CHECK: %[[SLICE:.*]] = tensor.extract_slice %[[ZEROS]][1] [4] [1]
// CHECK: kernel.compute {{.*}} outs(%[[SLICE]] : tensor<4xf32>)
// CHECK: %[[ZEROS:.*]] = kernel.compute ins() outs(
// CHECK: %[[SLICE:.*]] = tensor.extract_slice %[[ZEROS]][1] [4] [1]
// CHECK: kernel.compute {{.*}} outs(%[[SLICE]] : tensor<4xf32>)
func.func @padded_alike(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<6xf32>, tensor<6xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %d = tensor.empty() : tensor<6xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%d : tensor<6xf32>) -> tensor<6xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %1 = tensor.insert_slice %0 into %zeros[1] [4] [1] : tensor<4xf32> into tensor<6xf32>
  %2 = linalg.exp ins(%y : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %3 = tensor.insert_slice %2 into %zeros[1] [4] [1] : tensor<4xf32> into tensor<6xf32>
  return %1, %3 : tensor<6xf32>, tensor<6xf32>
}
