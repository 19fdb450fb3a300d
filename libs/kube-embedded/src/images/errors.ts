import { defineErrors } from '@tidegate/kernel';

export const codes = defineErrors({
  IMAGE_DESCRIPTION_INVALID: 'tidegate-image.json is missing or has wrong fields.',
  IMAGE_SOURCE_INVALID: 'The folder of an image holds something that cannot be packed.',
  IMAGE_LAYER_INVALID: 'A layer of an image is damaged, too large or reaches outside its root.',
  IMAGE_STORE_INVALID: 'The image store cannot be read.',
});
