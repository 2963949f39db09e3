define([], function () { return 'from a part'; });
