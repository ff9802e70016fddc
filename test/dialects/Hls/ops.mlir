// Directives come back as they were written.
// RUN: edgecc-opt %s | edgecc-opt | FileCheck %s

// A pipelined loop, whose inner loop is unrolled, over an array in banks.
// CHECK-LABEL: @pipeline
func.func private @pipeline(%x: memref<64xf32> {hls.partition = #hls.partition<4>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c64 = arith.constant 64 : index
  // CHECK: memref.alloca() {hls.partition = #hls.partition<4>}
  %sums = memref.alloca() {hls.partition = #hls.partition<4>} : memref<64xf32>
  scf.for %i = %c0 to %c64 step %c4 {
    scf.for %lane = %c0 to %c4 step %c1 {
      %at = arith.addi %i, %lane : index
      %v = memref.load %x[%at] : memref<64xf32>
      memref.store %v, %sums[%at] : memref<64xf32>
      // CHECK: {hls.unroll = #hls.unroll<"side by side">}
    } {hls.unroll = #hls.unroll<"side by side">}
    // CHECK: {hls.pipeline = #hls.pipeline<ii = 1, distance = 16, reason = "16 in turn">}
  } {hls.pipeline = #hls.pipeline<ii = 1, distance = 16, reason = "16 in turn">}
  return
}

func.func private @produce(%to: memref<64xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  memref.store %zero, %to[%c0] : memref<64xf32>
  return
}
func.func private @consume(%from: memref<64xf32>, %to: memref<64xf32>) {
  %c0 = arith.constant 0 : index
  %v = memref.load %from[%c0] : memref<64xf32>
  memref.store %v, %to[%c0] : memref<64xf32>
  return
}

func.func private @send(%from: memref<64xf32>, %to: !hls.stream<64 x f32>) {
  %c0 = arith.constant 0 : index
  %v = memref.load %from[%c0] : memref<64xf32>
  // CHECK: hls.write %{{.*}} to %{{.*}} : <64 x f32>
  hls.write %v to %to : !hls.stream<64 x f32>
  return
}
func.func private @receive(%from: !hls.stream<64 x f32>, %to: memref<64xf32>) {
  %c0 = arith.constant 0 : index
  // CHECK: hls.read %{{.*}} : <64 x f32>
  %v = hls.read %from : !hls.stream<64 x f32>
  memref.store %v, %to[%c0] : memref<64xf32>
  return
}

// A queue between two calls that run at the same time.
// CHECK-LABEL: @queue
func.func @queue(%x: memref<64xf32>, %out: memref<64xf32>) attributes {hls.dataflow} {
  // CHECK: hls.stream depth 16 "a row of the writer" : <64 x f32>
  %s = hls.stream depth 16 "a row of the writer" : !hls.stream<64 x f32>
  call @send(%x, %s) : (memref<64xf32>, !hls.stream<64 x f32>) -> ()
  call @receive(%s, %out) : (!hls.stream<64 x f32>, memref<64xf32>) -> ()
  return
}

// A chain of calls with one writer and one reader for each array.
// CHECK-LABEL: @top
// CHECK-SAME: hls.interface = #hls.interface<"m_axi", "gmem0">
// CHECK-SAME: hls.dataflow, hls.top
func.func @top(%out: memref<64xf32> {hls.interface = #hls.interface<"m_axi", "gmem0">}) attributes {hls.dataflow, hls.top} {
  %between = memref.alloca() : memref<64xf32>
  call @produce(%between) : (memref<64xf32>) -> ()
  call @consume(%between, %out) : (memref<64xf32>, memref<64xf32>) -> ()
  return
}
