// RUN: edgecc-opt --convert-edge-to-linalg --split-input-file %s | FileCheck %s

// Booleans are stored as i8, unsigned integers are signless; the names of arguments and results stay.
// CHECK-LABEL: @signature
// CHECK-SAME: %{{.*}}: tensor<4xi8> {edge.name = "mask"}, %{{.*}}: tensor<4xi8>, %{{.*}}: tensor<2xi64>
// CHECK-SAME: -> (tensor<4xi8> {edge.name = "out"}, tensor<4xi8>, tensor<2xi64>)
func.func @signature(%mask: tensor<4xi1> {edge.name = "mask"}, %pixels: tensor<4xui8>, %sizes: tensor<2xui64>)
    -> (tensor<4xi1> {edge.name = "out"}, tensor<4xui8>, tensor<2xui64>) {
  return %mask, %pixels, %sizes : tensor<4xi1>, tensor<4xui8>, tensor<2xui64>
}

// -----

// Calls follow the functions.
// CHECK-LABEL: @caller
// CHECK: call @callee(%{{.*}}) : (tensor<4xi8>) -> tensor<4xi8>
func.func @caller(%x: tensor<4xi1>) -> tensor<4xi1> {
  %0 = call @callee(%x) : (tensor<4xi1>) -> tensor<4xi1>
  return %0 : tensor<4xi1>
}
func.func private @callee(tensor<4xi1>) -> tensor<4xi1>

// -----

// The condition of a branch is read from an i8 tensor.
// CHECK-LABEL: @branch
// CHECK: %[[STORED:.*]] = tensor.extract %{{.*}}[] : tensor<i8>
// CHECK: %[[CONDITION:.*]] = arith.cmpi ne, %[[STORED]], %{{.*}} : i8
// CHECK: scf.if %[[CONDITION]] -> (tensor<4xi8>)
// CHECK: scf.yield %{{.*}} : tensor<4xi8>
func.func @branch(%condition: tensor<i1>, %x: tensor<4xui8>, %y: tensor<4xui8>) -> tensor<4xui8> {
  %0 = tensor.extract %condition[] : tensor<i1>
  %1 = scf.if %0 -> tensor<4xui8> {
    scf.yield %x : tensor<4xui8>
  } else {
    scf.yield %y : tensor<4xui8>
  }
  return %1 : tensor<4xui8>
}

// -----

// CHECK-LABEL: @loop
// CHECK: scf.for {{.*}} iter_args(%[[STATE:.*]] = %{{.*}}) -> (tensor<4xi8>)
// CHECK: linalg.generic {{.*}} ins(%[[STATE]] : tensor<4xi8>)
// CHECK: xori
func.func @loop(%x: tensor<4xi1>, %count: index) -> tensor<4xi1> {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %0 = scf.for %i = %zero to %count step %one iter_args(%state = %x) -> tensor<4xi1> {
    %1 = edge.not %state : tensor<4xi1> -> tensor<4xi1>
    scf.yield %1 : tensor<4xi1>
  }
  return %0 : tensor<4xi1>
}

// -----

// CHECK-LABEL: @while
// CHECK: scf.while (%[[STATE:.*]] = %{{.*}}) : (tensor<i8>) -> tensor<i8>
// CHECK: %[[STORED:.*]] = tensor.extract %[[STATE]][] : tensor<i8>
// CHECK: %[[CONDITION:.*]] = arith.cmpi ne, %[[STORED]]
// CHECK: scf.condition(%[[CONDITION]]) %[[STATE]] : tensor<i8>
func.func @while(%x: tensor<i1>) -> tensor<i1> {
  %0 = scf.while (%state = %x) : (tensor<i1>) -> tensor<i1> {
    %go = tensor.extract %state[] : tensor<i1>
    scf.condition(%go) %state : tensor<i1>
  } do {
  ^bb0(%state: tensor<i1>):
    %1 = edge.not %state : tensor<i1> -> tensor<i1>
    scf.yield %1 : tensor<i1>
  }
  return %0 : tensor<i1>
}

// -----

// Scalars that go in and out of tensors keep their meaning.
// CHECK-LABEL: @scalars
// CHECK: %[[BYTE:.*]] = arith.extui %{{.*}} : i1 to i8
// CHECK: tensor.from_elements %[[BYTE]] : tensor<1xi8>
// CHECK: tensor.insert_slice %{{.*}} : tensor<1xi8> into tensor<4xi8>
func.func @scalars(%bit: i1, %x: tensor<4xi1>) -> tensor<4xi1> {
  %0 = tensor.from_elements %bit : tensor<1xi1>
  %1 = tensor.insert_slice %0 into %x[1] [1] [1] : tensor<1xi1> into tensor<4xi1>
  return %1 : tensor<4xi1>
}

// -----

// Nothing is computed for results without elements.
// CHECK-LABEL: @empty_result
// CHECK-NOT: linalg
// CHECK: tensor.empty() : tensor<0x3xi8>
func.func @empty_result(%x: tensor<0x3xf32>, %y: tensor<3xf32>) -> tensor<0x3xi1> {
  %0 = edge.less %x, %y : tensor<0x3xf32>, tensor<3xf32> -> tensor<0x3xi1>
  return %0 : tensor<0x3xi1>
}

// -----

// The node's name is on every op that comes of it.
// CHECK-LABEL: @locations
func.func @locations(%x: tensor<4xf16>) -> tensor<f16> {
  %0 = edge.reduce mean %x axes [0] : tensor<4xf16> -> tensor<f16> loc("ReduceMean_7")
  return %0 : tensor<f16>
}
// RUN: edgecc-opt --convert-edge-to-linalg --split-input-file --mlir-print-debuginfo --mlir-print-local-scope %s \
// RUN:   | FileCheck %s --check-prefix=LOC
// LOC-LABEL: @locations
// LOC: linalg.fill {{.*}} loc("ReduceMean_7")
// LOC: arith.addf {{.*}} loc("ReduceMean_7")
// LOC: arith.truncf {{.*}} loc("ReduceMean_7")
