/** @file Jest runs this before each test file: files of one process share its performance timeline. */
performance.clearMarks();
performance.clearMeasures();
