/** @file Has nothing to do with the package. */
onmessage = () => {};
