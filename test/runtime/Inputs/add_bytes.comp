// after[i] = before[i] + 3, for elements of 8 bits.
#version 450
#extension GL_EXT_shader_8bit_storage : require
#extension GL_EXT_shader_explicit_arithmetic_types_int8 : require
layout(local_size_x = 8) in;
layout(set = 0, binding = 0, std430) readonly buffer Before { uint8_t before[]; };
layout(set = 0, binding = 1, std430) writeonly buffer After { uint8_t after[]; };
layout(push_constant) uniform Begin { int before_begin, after_begin; };

void main() {
  uint i = gl_GlobalInvocationID.x;
  after[after_begin + i] = before[before_begin + i] + uint8_t(3);
}
