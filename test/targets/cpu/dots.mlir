// The instructions that integer products are made of. The weights of the 3x3 convolution are small in pairs, those of
// the 1x1 convolution are not. No vector of the hot loops goes through the stack.

// RUN: edgecc %s --name=dots --mtriple=x86_64-linux-gnu --mcpu=haswell --emit=asm -o %t.avx2.s
// RUN: FileCheck %s --check-prefix=AVX2 < %t.avx2.s
// RUN: edgecc %s --name=dots --mtriple=x86_64-linux-gnu --mcpu=alderlake --emit=asm -o %t.vnni.s
// RUN: FileCheck %s --check-prefix=VNNI < %t.vnni.s
// RUN: edgecc %s --name=dots --mtriple=x86_64-linux-gnu --mcpu=icelake-server --emit=asm -o %t.avx512.s
// RUN: FileCheck %s --check-prefix=AVX512 < %t.avx512.s
// RUN: edgecc %s --name=dots --mtriple=aarch64-linux-gnu --mcpu=cortex-a76 --emit=asm -o %t.sdot.s
// RUN: FileCheck %s --check-prefix=SDOT < %t.sdot.s
// RUN: edgecc %s --name=dots --mtriple=aarch64-linux-gnu --mcpu=cortex-a710 --emit=asm -o %t.usdot.s
// RUN: FileCheck %s --check-prefix=USDOT < %t.usdot.s

func.func @dots(%image: tensor<1x50x50x64xui8>, %signed: tensor<64x64xi8>) -> (tensor<1x48x48x64xi32>, tensor<1x50x50x64xi32>, tensor<64x64xi32>) {
  // Weights that are not all equal, for those LLVM would fold.
  %two = edge.constant dense<[1, -2]> : tensor<2xi8>
  %w3_same = edge.constant dense<62> : tensor<18432x2xi8>
  %w3_sum = edge.add %w3_same, %two : tensor<18432x2xi8>, tensor<2xi8> -> tensor<18432x2xi8>
  %w3 = edge.reshape %w3_sum : tensor<18432x2xi8> -> tensor<3x3x64x64xi8>
  %w1_same = edge.constant dense<100> : tensor<2048x2xi8>
  %w1_sum = edge.add %w1_same, %two : tensor<2048x2xi8>, tensor<2xi8> -> tensor<2048x2xi8>
  %w1 = edge.reshape %w1_sum : tensor<2048x2xi8> -> tensor<1x1x64x64xi8>
  %wm = edge.reshape %w1_sum : tensor<2048x2xi8> -> tensor<64x64xi8>
  %0 = edge.conv %image, %w3 strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x50x50x64xui8>, tensor<3x3x64x64xi8> -> tensor<1x48x48x64xi32> loc("conv3x3")
  %1 = edge.conv %image, %w1 strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x50x50x64xui8>, tensor<1x1x64x64xi8> -> tensor<1x50x50x64xi32> loc("conv1x1")
  %2 = edge.matmul %signed, %wm : tensor<64x64xi8>, tensor<64x64xi8> -> tensor<64x64xi32> loc("signed")
  return %0, %1, %2 : tensor<1x48x48x64xi32>, tensor<1x50x50x64xi32>, tensor<64x64xi32>
}

// AVX2-LABEL: dots_step_0:
// AVX2: vpmaddubsw
// AVX2-NOT: {{ymm.*rsp|rsp.*ymm}}
// AVX2: jne
// AVX2-LABEL: dots_step_1:
// AVX2-NOT: vpmaddubsw
// AVX2: vpmaddwd
// AVX2-LABEL: dots_step_2:
// AVX2-NOT: vpmaddubsw
// AVX2: vpmaddwd

// VNNI-LABEL: dots_step_0:
// VNNI: vpdpbusd {{.*}}ymm
// VNNI-LABEL: dots_step_1:
// VNNI: vpdpbusd {{.*}}ymm
// VNNI-LABEL: dots_step_2:
// VNNI-NOT: vpdpbusd
// VNNI: vpmaddwd

// AVX512-LABEL: dots_step_0:
// AVX512: vpdpbusd {{.*}}zmm

// The core has no usdot: unsigned bytes are widened unless the model is compiled from layers with zero points.
// SDOT-LABEL: dots_step_2:
// SDOT: sdot v{{[0-9]+}}.4s, v{{[0-9]+}}.16b, v{{[0-9]+}}.4b[0]
// SDOT-NOT: [sp
// SDOT: b.

// USDOT-LABEL: dots_step_0:
// USDOT: sudot v{{[0-9]+}}.4s, v{{[0-9]+}}.16b, v{{[0-9]+}}.4b[0]
// USDOT-NOT: [sp
// USDOT: b.
// USDOT-LABEL: dots_step_2:
// USDOT: sdot
