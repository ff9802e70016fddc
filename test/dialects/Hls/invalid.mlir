// What a synthesis tool would refuse, by the label of the rule.
// RUN: edgecc-opt %s --split-input-file --verify-diagnostics

func.func @pipeline_p1_interval(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  // expected-error@+1 {{[P1] hls.pipeline stands on a loop and starts an iteration every 1 cycle or less often}}
  scf.for %i = %c0 to %c8 step %c1 {
  } {hls.pipeline = #hls.pipeline<ii = 0>}
  return
}

// -----

func.func @pipeline_p1_variable_bounds(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{[P1] a pipelined loop has constant bounds; its latency could not be known}}
  scf.for %i = %c0 to %n step %c1 {
  } {hls.pipeline = #hls.pipeline<ii = 1>}
  return
}

// -----

func.func @pipeline_p2_loop_inside(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    // expected-error@+1 {{[P2] stands in a pipelined loop, so it needs constant bounds and hls.unroll}}
    scf.for %j = %c0 to %n step %c1 {
    }
  } {hls.pipeline = #hls.pipeline<ii = 1>}
  return
}

// -----

func.func @pipeline_p3_while(%x: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    // expected-error@+1 {{[P3] cannot be inside a pipelined loop, for the tool cannot unroll it}}
    scf.while : () -> () {
      scf.condition(%x)
    } do {
      scf.yield
    }
  } {hls.pipeline = #hls.pipeline<ii = 1>}
  return
}

// -----

func.func @unroll_u1(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{[U1] hls.unroll stands on a loop with constant bounds}}
  scf.for %i = %c0 to %n step %c1 {
  } {hls.unroll = #hls.unroll<"all">}
  return
}

// -----

func.func @partition_a1_rank() {
  // expected-error@+1 {{[A1] hls.partition splits an array of rank 1, here is 'memref<4x4xf32>'}}
  %x = memref.alloca() {hls.partition = #hls.partition<4>} : memref<4x4xf32>
  return
}

// -----

// expected-error@+1 {{[A1] hls.partition splits an array into 1 to 1024 banks}}
func.func @partition_a1_factor(%x: memref<4096xf32> {hls.partition = #hls.partition<4096>}) {
  return
}

// -----

// expected-error@+1 {{[I1] argument 0 has an interface that is neither m_axi, s_axilite, axis nor bram}}
func.func @interface_i1(%x: memref<4xf32> {hls.interface = #hls.interface<"wire", "a">}) {
  return
}

// -----

func.func @dataflow_d1_loop(%x: memref<4xf32>) attributes {hls.dataflow} {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{[D1] stands between the calls of a dataflow function}}
  %v = memref.load %x[%c0] : memref<4xf32>
  return
}

// -----

func.func private @write(%to: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  memref.store %zero, %to[%c0] : memref<4xf32>
  return
}
func.func @dataflow_d2_two_writers() attributes {hls.dataflow} {
  %x = memref.alloca() : memref<4xf32>
  call @write(%x) : (memref<4xf32>) -> ()
  // expected-error@+1 {{[D2] is a second writer of an array; in dataflow each array has one}}
  call @write(%x) : (memref<4xf32>) -> ()
  return
}

// -----

func.func private @copy(%from: memref<4xf32>, %to: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %v = memref.load %from[%c0] : memref<4xf32>
  memref.store %v, %to[%c0] : memref<4xf32>
  return
}
func.func @dataflow_d2_reads_too_early(%in: memref<4xf32>, %out: memref<4xf32>) attributes {hls.dataflow} {
  %x = memref.alloca() : memref<4xf32>
  // expected-error@+1 {{[D2] reads an array before it is written}}
  call @copy(%x, %out) : (memref<4xf32>, memref<4xf32>) -> ()
  call @copy(%in, %x) : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @copy(%from: memref<4xf32>, %to: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %v = memref.load %from[%c0] : memref<4xf32>
  memref.store %v, %to[%c0] : memref<4xf32>
  return
}
func.func @dataflow_d3_alias(%x: memref<4xf32>) attributes {hls.dataflow} {
  // expected-error@+1 {{[D3] takes the same array twice; in a dataflow region pointers may not alias}}
  call @copy(%x, %x) : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @grow() {
  // expected-error@+1 {{[F1] allocates memory at run time; hardware has only arrays of a fixed place}}
  %x = memref.alloc() : memref<4xf32>
  return
}
func.func @top_f1_allocates() attributes {hls.top} {
  call @grow() : () -> ()
  return
}

// -----

// expected-error@+1 {{[F1] calls itself; recursion has no hardware}}
func.func @top_f1_recursion() attributes {hls.top} {
  call @top_f1_recursion() : () -> ()
  return
}

// -----

func.func private @send(%v: f32, %to: !hls.stream<4 x f32>) {
  hls.write %v to %to : !hls.stream<4 x f32>
  return
}
func.func private @receive(%from: !hls.stream<4 x f32>) {
  %v = hls.read %from : !hls.stream<4 x f32>
  return
}

func.func @stream_s1_second_writer(%v: f32) attributes {hls.dataflow} {
  %s = hls.stream depth 2 "words" : !hls.stream<4 x f32>
  call @send(%v, %s) : (f32, !hls.stream<4 x f32>) -> ()
  // expected-error@+1 {{[S1] is a second writer of a stream; in dataflow each stream has one}}
  call @send(%v, %s) : (f32, !hls.stream<4 x f32>) -> ()
  call @receive(%s) : (!hls.stream<4 x f32>) -> ()
  return
}

func.func @stream_s1_second_reader(%v: f32) attributes {hls.dataflow} {
  %s = hls.stream depth 2 "words" : !hls.stream<4 x f32>
  call @send(%v, %s) : (f32, !hls.stream<4 x f32>) -> ()
  call @receive(%s) : (!hls.stream<4 x f32>) -> ()
  // expected-error@+1 {{[S1] is a second reader of a stream; in dataflow each stream has one}}
  call @receive(%s) : (!hls.stream<4 x f32>) -> ()
  return
}

func.func @stream_s1_no_reader(%v: f32) attributes {hls.dataflow} {
  // expected-error@+1 {{[S1] nobody reads this stream}}
  %s = hls.stream depth 2 "words" : !hls.stream<4 x f32>
  call @send(%v, %s) : (f32, !hls.stream<4 x f32>) -> ()
  return
}

func.func @stream_s1_read_first(%v: f32) attributes {hls.dataflow} {
  %s = hls.stream depth 2 "words" : !hls.stream<4 x f32>
  // expected-error@+1 {{[S1] reads a stream before it is written}}
  call @receive(%s) : (!hls.stream<4 x f32>) -> ()
  call @send(%v, %s) : (f32, !hls.stream<4 x f32>) -> ()
  return
}

// -----

func.func private @fork(%v: f32, %to: !hls.stream<4 x f32>, %also: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  hls.write %v to %to : !hls.stream<4 x f32>
  memref.store %v, %also[%c0] : memref<4xf32>
  return
}
func.func private @join(%from: !hls.stream<4 x f32>, %also: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %v = hls.read %from : !hls.stream<4 x f32>
  %w = memref.load %also[%c0] : memref<4xf32>
  return
}

func.func @stream_s2_fork(%v: f32) attributes {hls.dataflow} {
  %s = hls.stream depth 2 "words" : !hls.stream<4 x f32>
  %a = memref.alloca() : memref<4xf32>
  // expected-error@+1 {{[S2] writes a stream and something else; the layers behind could wait for each other}}
  call @fork(%v, %s, %a) : (f32, !hls.stream<4 x f32>, memref<4xf32>) -> ()
  call @join(%s, %a) : (!hls.stream<4 x f32>, memref<4xf32>) -> ()
  return
}

// -----

func.func @stream_s3_no_dataflow() {
  // expected-error@+1 {{[S3] stands in a function with hls.dataflow, where someone else empties the stream}}
  %s = hls.stream depth 2 "words" : !hls.stream<4 x f32>
  return
}

// -----

func.func @stream_s3_no_room() attributes {hls.dataflow} {
  // expected-error@+1 {{[S3] has room for at least 1 word}}
  %s = hls.stream depth 0 "words" : !hls.stream<4 x f32>
  return
}
