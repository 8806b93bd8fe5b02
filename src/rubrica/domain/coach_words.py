"""Words the explanation coach knows: of places, of faults, of vagueness, and terms of images that dictionaries lack."""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PLACES: Final = _words(
    """
    left right top bottom upper lower corner corners edge edges border centre center middle central side sides front
    back foreground background horizon above below beneath under over behind before beside between near next inside
    outside along across around adjacent opposite half third quarter row column frame top-left top-right bottom-left
    bottom-right upper-left upper-right lower-left lower-right left-hand right-hand everywhere whole
    """
)
"""Words that say where something is."""

FAULTS: Final = _words(
    """
    error errors fault faults flaw flaws defect defects artifact artifacts artefact artefacts missing extra broken
    distorted deformed malformed fused merged melted warped wrong incorrect unreadable illegible garbled misspelt
    misspelled blurry blurred noisy blocky pixelated cropped duplicated floating impossible implausible unnatural
    """
)
"""Words that claim a fault."""

VAGUE: Final = (
    "seems",
    "seem",
    "seemed",
    "appears",
    "appear",
    "appeared",
    "kind of",
    "kinda",
    "sort of",
    "somewhat",
    "maybe",
    "perhaps",
    "probably",
    "possibly",
    "weird",
    "strange",
    "odd",
    "bad",
    "nice",
    "a bit",
    "a little",
    "some issues",
    "something",
    "stuff",
    "looks off",
    "look off",
    "is off",
    "feels off",
    "not great",
    "not so good",
)
"""Words and phrases after which a reader knows no more than before."""

ENGLISH: Final = _words("the of is are has have and with to from this that its than by which there not where at")
"""Words that English texts can hardly do without, and other languages can."""

UNSPECIFIC: Final = _words(
    """
    another area both could does from have image look looks other part parts picture pictures should some that their
    them there they thing things this what when where which with wrong visible
    """
)
"""Words of a rubric that link a text to nothing in particular."""

IMAGE_TERMS: Final = _words(
    """
    aliased aliasing anti-aliased anti-aliasing antialiased antialiasing autofocus backlit bicubic bilinear bitmap
    blockiness blocky blotchy bokeh brightfield chroma chrominance clipart colorfulness colourcast colourfulness
    compositing crosshatch debanding deblock deblocked deblocking deblur deblurred deblurring dehaze dehazed
    dehazing deinterlaced demosaic demosaiced demosaicing denoise denoised denoiser denoising desaturate desaturated
    desaturating desaturation dithered dithering downsample downsampled downsampling downscale downscaled
    downscaling EXIF eyeline fisheye foreshortened foreshortening frontlit gamut ghosting grayscale greyscale
    halftone halo haloed haloing halos HDR histogram inpaint inpainted inpainting interlaced interlacing
    interpenetrate interpenetrates interpenetration JPEG JPG keyframe lanczos letterbox letterboxed letterboxing
    lightbox linework luma luminance midtone midtones mipmap misspelt moire moiré mosaiced outpaint outpainted
    outpainting overexposed overexposure overprocessed oversaturated oversaturation oversharpen oversharpened
    oversharpening parallax photomontage photoreal photorealism photorealistic pillarbox pillarboxed pixelate
    pixelated pixelation pixellated PNG polydactyl posterisation posterise posterised posterising posterization
    posterize posterized posterizing raytraced recolor recolored recolour recoloured retouch retouched retouching
    RGB rolloff sans-serif sidelit silhouetted softbox speckle speckled speckling specular specularity sRGB subpixel
    subsampled subsampling superresolution supersampled telephoto texel thresholded tonality tonemapped tonemapping
    underexposed underexposure undersaturated unsharp unsharpened untextured upsample upsampled upsampling upscale
    upscaled upscaler upscaling vectorised vectorized vignette vignetted vignetting watermarked watermarking WebP
    wireframe
    """
)
"""Terms of images that a dictionary of everyday English does not hold, or not in every form."""
