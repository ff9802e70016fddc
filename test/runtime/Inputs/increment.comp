// after[i] = before[i] + 1; both may be the same range.
#version 450
layout(local_size_x = 8) in;
layout(set = 0, binding = 0, std430) readonly buffer Before { uint before[]; };
layout(set = 0, binding = 1, std430) writeonly buffer After { uint after[]; };
layout(push_constant) uniform Begin { int before_begin, after_begin; };

void main() {
  uint i = gl_GlobalInvocationID.x;
  after[after_begin + i] = before[before_begin + i] + 1;
}
