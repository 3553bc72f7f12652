/*
 * The terminal functions of LD/T 33 (social security card, PSAM or host security module).
 *
 * Link with libssc_card (-lssc_card), or load it under the name that your program knows. The names and parameters are those
 * of the headers that programs in the field are compiled against.
 *
 * Every function returns 0, or less than 0 and the words of the error in pOutInfo: the negative of the card's status word
 * (-27010 is 6982), or a code of apdu-specs/manual/terminal-codes.md. Where a key is missing here (-2201, -2202, -2203, -27272, -24)
 * programs go on with the steps of a host security module.
 *
 * iType      1 contact, 2 contactless, 3 whichever has a card, contact first, 4 the same, contactless first;
 *            -1 also says: insert the card, its last try of a PIN or key is for contact only
 * iAuthType  1 PIN, 2 read key, for files that ask for one of the two
 * pCardInfo  identification code|card number|     as iReadCardBas gave them; another card is refused (-22)
 * pFileAddr  SSSEEF05|06|07|$DF01EF06|28|$        directory and file, tags, each followed by |, $ behind each file
 * pWriteData SSSEEF05|20260101|20360101|X00000019|$   the same shape with values
 * pKey       what the host security module gave: cryptogram and source, 32 hex digits; in step 3 the data field
 * pOutInfo   at least 1024 bytes of yours. A longer answer (a photo has 8,200) is not written and returns -42, unless the
 *            configuration's `capacity` says that your buffers are larger.
 *
 * Strings end with a zero byte and are GB18030 (`encoding = utf8` changes that). A null pointer returns -14.
 * PINs are never parameters: they come from the callback below, from files or from the environment.
 * The configuration is described in src/config.rs: SSC_TERMINAL_CONFIG names its file.
 *
 * The library may be called from any thread: one function is done at a time, the others wait. A card that another program has is
 * waited for (`timeout` of the configuration, 30 seconds), then it is -12. While a function works, no other program can use the
 * card; between the steps of one function too: leave the card in its reader, the library holds it until the last step, an
 * error, or the next function. Only one function with steps is under way at a time. A PIN callback calls no function (-14).
 *
 * A file with a passphrase or a PIN that others can read is refused (chmod 600). The library changes no limit of your program: if
 * you give it a vault, forbid core dumps yourself (setrlimit RLIMIT_CORE 0; on Linux prctl PR_SET_DUMPABLE 0), since the keys are
 * then in your memory. With a PSAM or a host security module it holds none.
 */
#ifndef SSC_CARD_H
#define SSC_CARD_H

#ifdef _WIN32
#define SSC_CALL __stdcall
#else
#define SSC_CALL
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* region|number|card number|identification code|name|historical bytes|version|issue date|valid to|terminal|device| */
long SSC_CALL iReadCardBas(int iType, char *pOutInfo);
/* Step 1 gives region|historical bytes|algorithm|identification code|internal factor|internal source|external factor|
 * external source|terminal|; step 2 takes internal cryptogram and source|external cryptogram and source| */
long SSC_CALL iReadCardBas_HSM_Step1(int iType, char *pOutInfo);
long SSC_CALL iReadCardBas_HSM_Step2(const char *pKey, char *pOutInfo);

/* The values in the shape of pFileAddr. Step 1 gives algorithm|key address|factor|source| */
long SSC_CALL iReadCard(int iType, int iAuthType, const char *pCardInfo, const char *pFileAddr, char *pOutInfo);
long SSC_CALL iReadCard_HSM_Step1(int iType, const char *pCardInfo, const char *pFileAddr, char *pOutInfo);
long SSC_CALL iReadCard_HSM_Step2(const char *pKey, char *pOutInfo);

long SSC_CALL iWriteCard(int iType, const char *pCardInfo, const char *pFileAddr, const char *pWriteData, char *pOutInfo);
/* With a host security module the first file of pFileAddr alone is written. */
long SSC_CALL iWriteCard_HSM_Step1(int iType, const char *pCardInfo, const char *pFileAddr, char *pOutInfo);
long SSC_CALL iWriteCard_HSM_Step2(const char *pKey, const char *pWriteData, char *pOutInfo);

/* -51: wrong PIN; -52: blocked */
long SSC_CALL iVerifyPIN(int iType, char *pOutInfo);
long SSC_CALL iChangePIN(int iType, char *pOutInfo);

/* Step 2 gives algorithm|key address|factor|header|PIN|, which goes to the host security module alone;
 * step 3 takes the enciphered PIN and the MAC */
long SSC_CALL iReloadPIN(int iType, const char *pCardInfo, char *pOutInfo);
long SSC_CALL iReloadPIN_HSM_Step1(int iType, const char *pCardInfo, char *pOutInfo);
long SSC_CALL iReloadPIN_HSM_Step2(const char *pKey, char *pOutInfo);
long SSC_CALL iReloadPIN_HSM_Step3(const char *pKey, char *pOutInfo);

/* Step 2 gives algorithm|key address|factor|header|; step 3 takes the MAC */
long SSC_CALL iUnblockPIN(int iType, const char *pCardInfo, char *pOutInfo);
long SSC_CALL iUnblockPIN_HSM_Step1(int iType, const char *pCardInfo, char *pOutInfo);
long SSC_CALL iUnblockPIN_HSM_Step2(const char *pKey, char *pOutInfo);
long SSC_CALL iUnblockPIN_HSM_Step3(const char *pKey, char *pOutInfo);

/* Debit: not supported, always -13. They are here because programs refuse a library that lacks one of them. */
long SSC_CALL iDoDebit(int iType, const char *pCardInfo, const char *pPayInfo, char *pOutInfo);
long SSC_CALL iDoDebit_HSM_Step1(int iType, const char *pCardInfo, const char *pPayInfo, char *pOutInfo);
long SSC_CALL iDoDebit_HSM_Step2(const char *pKey, char *pOutInfo);
long SSC_CALL iReadDebitRecord(int iType, char *pOutInfo);

/* This library's own: the configuration file to use from now on (an empty name: the environment's) ... */
long SSC_CALL ssc_configure(const char *path, char *pOutInfo);
/* ... and the source of PINs. It shows `title`, writes the digits and a zero byte to `pin`, which has room for `capacity`
 * bytes, and returns 0; anything else is "no PIN entered" (-31). A new PIN is asked for twice. A null pointer removes it. */
typedef long(SSC_CALL *ssc_pin_callback)(const char *title, char *pin, int capacity);
long SSC_CALL ssc_set_pin_callback(ssc_pin_callback callback);

#ifdef __cplusplus
}
#endif

#endif
