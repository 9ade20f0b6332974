/* Python's own types that blocks are told by, where the interpreter has them (weak: absent ones are NULL), and whether
 * the garbage collector keeps words of its own before their objects. Types whose objects share a name in reports, such as
 * str of 2.x and bytes of 3.x, are told apart by the report's reader, who knows the version. */
#define FOR_EACH_TYPE(X) \
    X(PyFrame_Type, "frame", 1) \
    X(PyCode_Type, "code", 0) \
    X(PyFunction_Type, "function", 1) \
    X(PyDict_Type, "dict", 1) \
    X(PyTuple_Type, "tuple", 1) \
    X(PyList_Type, "list", 1) \
    X(PySet_Type, "set", 1) \
    X(PyFrozenSet_Type, "frozenset", 1) \
    X(PyString_Type, "str", 0) \
    X(PyBytes_Type, "bytes", 0) \
    X(PyUnicode_Type, "unicode", 0) \
    X(PyInt_Type, "int", 0) \
    X(PyLong_Type, "long", 0) \
    X(PyFloat_Type, "float", 0) \
    X(PyComplex_Type, "complex", 0) \
    X(PyType_Type, "type", 1) \
    X(PyModule_Type, "module", 1) \
    X(PyCFunction_Type, "builtin_function_or_method", 1) \
    X(PyMethod_Type, "method", 1) \
    X(PyProperty_Type, "property", 1) \
    X(PyStaticMethod_Type, "staticmethod", 1) \
    X(PyClassMethod_Type, "classmethod", 1) \
    X(PyCell_Type, "cell", 1) \
    X(PyGen_Type, "generator", 1) \
    X(PyTraceBack_Type, "traceback", 1) \
    X(PyWrapperDescr_Type, "wrapper_descriptor", 1) \
    X(PyMethodDescr_Type, "method_descriptor", 1) \
    X(PyMemberDescr_Type, "member_descriptor", 1) \
    X(PyGetSetDescr_Type, "getset_descriptor", 1) \
    X(PyClass_Type, "classobj", 1) \
    X(PyInstance_Type, "instance", 1) \
    X(PyFile_Type, "file", 0) \
    X(PyCapsule_Type, "capsule", 0) \
    X(_PyWeakref_RefType, "weakref", 1)

#define DECLARE(symbol, name, collected) extern char symbol __attribute__((weak));
FOR_EACH_TYPE(DECLARE)

static const struct {
    void *type;
    const char *name;
    int collected;
} types[] = {
#define ROW(symbol, name, collected) {&symbol, name, collected},
    FOR_EACH_TYPE(ROW)
};

#define TYPES (sizeof types / sizeof *types)
