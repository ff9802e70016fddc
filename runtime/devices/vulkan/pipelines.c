#include "session.h"

/* The layouts of kernels with `count` operands, unless they are there already. */
static edgecc_status make_layouts(edgecc_vulkan *session, uint32_t count) {
  const edgecc_vk_driver *vk = &session->vk;
  VkDescriptorSetLayout *set_layout = &session->set_layouts[count];
  VkPipelineLayout *layout = &session->layouts[count];
  if (*layout)
    return EDGECC_OK;

  VkDescriptorSetLayoutBinding bindings[edgecc_vk_max_operands];
  for (uint32_t i = 0; i < count; ++i)
    bindings[i] = (VkDescriptorSetLayoutBinding){.binding = i,
                                                 .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                                                 .descriptorCount = 1,
                                                 .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT};
  const VkDescriptorSetLayoutCreateInfo set_info = {
      .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO, .bindingCount = count, .pBindings = bindings};
  VkResult result = vk->CreateDescriptorSetLayout(session->device, &set_info, NULL, set_layout);
  if (result != VK_SUCCESS) {
    *set_layout = VK_NULL_HANDLE;
    return edgecc_vk_fail_call(&session->message, "vkCreateDescriptorSetLayout", result);
  }

  const VkPushConstantRange constants = {
      .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT, .offset = 0, .size = count * (uint32_t)sizeof(int32_t)};
  const VkPipelineLayoutCreateInfo info = {.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
                                           .setLayoutCount = 1,
                                           .pSetLayouts = set_layout,
                                           .pushConstantRangeCount = 1,
                                           .pPushConstantRanges = &constants};
  result = vk->CreatePipelineLayout(session->device, &info, NULL, layout);
  if (result == VK_SUCCESS)
    return EDGECC_OK;
  *layout = VK_NULL_HANDLE;
  return edgecc_vk_fail_call(&session->message, "vkCreatePipelineLayout", result);
}

/* A kernel that the driver refuses is the model's fault, but not if memory was short. */
static edgecc_status fail_kernel(const edgecc_vulkan *session, const edgecc_kernel *kernel, VkResult result) {
  bool short_of_memory = result == VK_ERROR_OUT_OF_HOST_MEMORY || result == VK_ERROR_OUT_OF_DEVICE_MEMORY;
  return edgecc_message_fail(&session->message, short_of_memory ? EDGECC_DEVICE_ERROR : EDGECC_BAD_PROGRAM,
                             "the driver of '%s' does not compile kernel '%s': %s", session->properties.deviceName,
                             kernel->name, edgecc_vk_result_name(result));
}

static edgecc_status make_pipeline(edgecc_vulkan *session, const edgecc_kernel *kernel, VkPipeline *out) {
  const edgecc_vk_driver *vk = &session->vk;
  const VkShaderModuleCreateInfo module_info = {.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
                                                .codeSize = (size_t)kernel->spirv_bytes,
                                                .pCode = kernel->spirv};
  VkShaderModule module = VK_NULL_HANDLE;
  VkResult result = vk->CreateShaderModule(session->device, &module_info, NULL, &module);
  if (result != VK_SUCCESS)
    return fail_kernel(session, kernel, result);
  const VkComputePipelineCreateInfo info = {.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
                                            .stage = {.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
                                                      .stage = VK_SHADER_STAGE_COMPUTE_BIT,
                                                      .module = module,
                                                      .pName = kernel->name},
                                            .layout = session->layouts[kernel->num_operands],
                                            .basePipelineIndex = -1};
  result = vk->CreateComputePipelines(session->device, session->pipeline_cache, 1, &info, NULL, out);
  vk->DestroyShaderModule(session->device, module, NULL);
  if (result == VK_SUCCESS)
    return EDGECC_OK;
  *out = VK_NULL_HANDLE;
  return fail_kernel(session, kernel, result);
}

edgecc_status edgecc_vk_make_pipelines(edgecc_vulkan *session, const char *cache_folder) {
  const edgecc_program *program = session->program;
  uint64_t checksum = 0;
  edgecc_status status = cache_folder ? edgecc_vk_make_cache(session, cache_folder, &checksum) : EDGECC_OK;
  for (uint32_t i = 0; i < program->num_kernels && status == EDGECC_OK; ++i) {
    status = make_layouts(session, program->kernels[i].num_operands);
    if (status == EDGECC_OK)
      status = make_pipeline(session, &program->kernels[i], &session->pipelines[i]);
  }
  if (status != EDGECC_OK || !cache_folder)
    return status;
  edgecc_vk_save_cache(session, cache_folder, checksum);
  session->vk.DestroyPipelineCache(session->device, session->pipeline_cache, NULL);
  session->pipeline_cache = VK_NULL_HANDLE;
  return EDGECC_OK;
}
