// The hot loops of a 3x3, a 1x1 and a depthwise convolution for a Cortex-A76 keep all accumulators in registers: no
// instruction between the multiply-adds of a loop touches the stack.

// RUN: edgecc %s --name=hot --mtriple=aarch64-linux-gnu --mcpu=cortex-a76 --emit=asm -o %t.s
// RUN: FileCheck %s < %t.s

func.func @hot(%image: tensor<1x50x50x64xf32>) -> tensor<1x46x46x64xf32> {
  // Weights that are not all equal, for those LLVM would fold.
  %two = edge.constant dense<[0.1, 0.2]> : tensor<2xf32>
  %w3_same = edge.constant dense<0.1> : tensor<18432x2xf32>
  %w3_sum = edge.add %w3_same, %two : tensor<18432x2xf32>, tensor<2xf32> -> tensor<18432x2xf32>
  %w3 = edge.reshape %w3_sum : tensor<18432x2xf32> -> tensor<3x3x64x64xf32>
  %w1_same = edge.constant dense<0.2> : tensor<2048x2xf32>
  %w1_sum = edge.add %w1_same, %two : tensor<2048x2xf32>, tensor<2xf32> -> tensor<2048x2xf32>
  %w1 = edge.reshape %w1_sum : tensor<2048x2xf32> -> tensor<1x1x64x64xf32>
  %wd_same = edge.constant dense<0.3> : tensor<288x2xf32>
  %wd_sum = edge.add %wd_same, %two : tensor<288x2xf32>, tensor<2xf32> -> tensor<288x2xf32>
  %wd = edge.reshape %wd_sum : tensor<288x2xf32> -> tensor<3x3x1x64xf32>
  %0 = edge.conv %image, %w3 strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x50x50x64xf32>, tensor<3x3x64x64xf32> -> tensor<1x48x48x64xf32> loc("conv3x3")
  %1 = edge.conv %0, %w1 strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x48x48x64xf32>, tensor<1x1x64x64xf32> -> tensor<1x48x48x64xf32> loc("conv1x1")
  %2 = edge.conv %1, %wd strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 64 : tensor<1x48x48x64xf32>, tensor<3x3x1x64xf32> -> tensor<1x46x46x64xf32> loc("depthwise")
  return %2 : tensor<1x46x46x64xf32>
}

// CHECK-LABEL: hot_step_0:
// CHECK: fmla
// CHECK-NOT: [sp
// CHECK: b.lo
// CHECK-LABEL: hot_step_1:
// CHECK: fmla
// CHECK-NOT: [sp
// CHECK: b.lo
// CHECK-LABEL: hot_step_2:
// CHECK: fmla
// CHECK-NOT: [sp
// CHECK: b.lo
