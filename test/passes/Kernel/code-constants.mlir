// RUN: edgecc-opt %s --kernel-code-constants | FileCheck %s
// RUN: not edgecc-opt %s --kernel-code-constants=refused-by=opencl 2>&1 | FileCheck %s --check-prefix=REFUSED

// REFUSED: error: coded weights are decoded into the arena by the CPU, for which target 'opencl' has no form; leave out edge-code-weights, or compile for cpu or c

// What codes well is gone, what is small or read otherwise stays.
// CHECK: memref.global "private" constant @model_streams : memref<{{[0-9]+}}xi8>
// CHECK: memref.global "private" constant @model_values_f32 : memref<{{[0-9]+}}xf32>
// CHECK-NOT: @mostly_zero :
// CHECK: memref.global "private" constant @small
// CHECK: memref.global "private" constant @read_otherwise
memref.global "private" constant @mostly_zero : memref<128xf32> = dense<[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]> loc("layer")
memref.global "private" constant @small : memref<2xf32> = dense<[0.0, 1.0]>
memref.global "private" constant @read_otherwise : memref<128xf32> = dense<[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]>

// CHECK: func.func private @model_decode_sparse_f32(%{{.*}}: memref<{{[0-9]+}}xi8>, %{{.*}}: index, %{{.*}}: memref<{{[0-9]+}}xf32>, %{{.*}}: index, %{{.*}}: memref<{{[0-9]+}}xi16>, %{{.*}}: index, %[[OUT:.*]]: memref<128xf32>, %{{.*}}: index)
// CHECK-SAME: edge.operands
// CHECK: scf.for
// CHECK: memref.store %{{.*}}, %[[OUT]]

func.func private @k0(%w: memref<128xf32>, %at: index, %s: memref<2xf32>, %sat: index) attributes {edge.operands = [memref<128xf32>, memref<2xf32>]} {
  return
}

// The arena grows behind its 100 bytes by tables and by what is decoded. A call and a loop that follow each other decode
// once; another arena step in between changes nothing.
// CHECK: func.func @model(%[[ARENA:.*]]: memref<[[BYTES:[0-9]+]]xi8>)
// CHECK-SAME: {bytes = 512 : i64, first = 0 : i64, last = 2 : i64, name = "(decoded weights)", offset = {{[0-9]+}} : i64}
// CHECK-SAME: edge.arena_bytes = [[BYTES]] : i64
// CHECK-SAME: edge.coded_weights = {arena = {{[0-9]+}} : i64, coded = {{[0-9]+}} : i64, decoded = 512 : i64}
// CHECK-NOT: edge.code_weights
// CHECK: call @model_decode_sparse_f32({{.*}}) {edge.step = {bytes = {{[0-9]+}} : i64, macs = 0 : i64, name = "layer", op = "Decode"}}
// CHECK: %[[FIRST:.*]] = memref.view %[[ARENA]][%{{.*}}][] : memref<[[BYTES]]xi8> to memref<128xf32>
// CHECK: call @k0(%[[FIRST]]
// CHECK: scf.for
// CHECK-NOT: decode
// CHECK: %[[SECOND:.*]] = memref.view %[[ARENA]]
// CHECK: call @k0(%[[SECOND]]
// CHECK: call @k0(
func.func @model(%arena: memref<100xi8>) attributes {edge.arena = [], edge.arena_bytes = 100 : i64, edge.arena_lower_bound = 100 : i64, edge.code_weights} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %s = memref.get_global @small : memref<2xf32>
  %w = memref.get_global @mostly_zero : memref<128xf32>
  %o = memref.get_global @read_otherwise : memref<128xf32>
  %first = memref.load %o[%c0] : memref<128xf32>
  call @k0(%w, %c0, %s, %c0) {edge.step = {bytes = 520 : i64, macs = 0 : i64, name = "a", op = "A"}} : (memref<128xf32>, index, memref<2xf32>, index) -> ()
  scf.for %i = %c0 to %c3 step %c1 {
    func.call @k0(%w, %c0, %s, %c0) {edge.step = {bytes = 520 : i64, macs = 0 : i64, name = "b", op = "B"}} : (memref<128xf32>, index, memref<2xf32>, index) -> ()
  }
  call @k0(%o, %c0, %s, %c0) {edge.step = {bytes = 520 : i64, macs = 0 : i64, name = "c", op = "C"}} : (memref<128xf32>, index, memref<2xf32>, index) -> ()
  return
}
